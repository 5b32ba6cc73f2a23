import { queryService } from '../../wire/query.js';
import type { Contents, RoleDirectory, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';
import { attachedPolicyOperations } from './attached-policies.js';
import { managedPolicyOperations } from './managed-policies.js';
import { policyVersionOperations } from './policy-versions.js';
import { rolePolicyOperations } from './role-policies.js';
import { rolesOf } from './roles-port.js';
import { roleOperations } from './roles.js';
import { openIamState } from './state.js';
import { policyTagOperations, roleTagOperations } from './tags.js';
import { userOperations } from './users.js';

export interface Iam {
  readonly roles: RoleDirectory;
  readonly contents: () => Contents;
  service(authorize: Authorize): Service;
}

/** IAM: roles, their policies, and managed policies. */
export function openIam(world: World): Iam {
  const { here: state, afar } = openIamState(world);
  return {
    roles: rolesOf(world, afar),
    contents: () => ({ roles: state.roles.values().length }),
    service: (authorize) =>
      queryService({
        signingName: 'iam',
        version: '2010-05-08',
        namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
        operations: [
          ...roleOperations(world, state),
          ...roleTagOperations(state),
          ...policyTagOperations(world, state),
          ...rolePolicyOperations(state),
          ...attachedPolicyOperations(world, state),
          ...managedPolicyOperations(world, state),
          ...policyVersionOperations(world, state),
          ...userOperations(world),
        ],
        authorize,
      }),
  };
}
