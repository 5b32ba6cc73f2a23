import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { limitExceeded, notAttachable, policyNotFound } from './errors.js';
import { page, pathPrefix, policyArn, roleName } from './inputs.js';
import { findPolicy, parsePolicyArn } from './managed-policies.js';
import { byPosition, pageOf } from './paging.js';
import { findRole, keyOf, type IamState } from './state.js';

const POLICIES_PER_ROLE = 10;

/** The operations that attach managed policies to roles. */
export function attachedPolicyOperations(world: World, state: IamState): Operation[] {
  return [
    operation({
      name: 'AttachRolePolicy',
      input: v.object({ RoleName: roleName, PolicyArn: policyArn }),
      run: (input) => {
        parsePolicyArn(input.PolicyArn);
        const role = findRole(state, input.RoleName);
        if (!findPolicy(world, state, input.PolicyArn)) throw notAttachable(input.PolicyArn);
        if (role.attached.includes(input.PolicyArn)) return;
        if (role.attached.length >= POLICIES_PER_ROLE) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`);
        }
        state.roles.put(keyOf(role.name), { ...role, attached: [...role.attached, input.PolicyArn] });
      },
    }),
    operation({
      name: 'DetachRolePolicy',
      input: v.object({ RoleName: roleName, PolicyArn: policyArn }),
      run: (input) => {
        parsePolicyArn(input.PolicyArn);
        const role = findRole(state, input.RoleName);
        if (!role.attached.includes(input.PolicyArn)) throw policyNotFound(input.PolicyArn);
        const attached = role.attached.filter((arn) => arn !== input.PolicyArn);
        state.roles.put(keyOf(role.name), { ...role, attached });
      },
    }),
    operation({
      name: 'ListInstanceProfilesForRole',
      input: v.object({ RoleName: roleName, ...page }),
      // Tools ask for them before they delete a role; there are none here.
      run: ({ RoleName }) => {
        findRole(state, RoleName);
        return { InstanceProfiles: [], IsTruncated: false };
      },
    }),
    operation({
      name: 'ListAttachedRolePolicies',
      input: v.object({ RoleName: roleName, PathPrefix: v.exactOptional(pathPrefix, '/'), ...page }),
      run: (input) => {
        const attached = findRole(state, input.RoleName)
          .attached.map(parsePolicyArn)
          .filter(({ path }) => path.startsWith(input.PathPrefix));
        const { items, ...rest } = pageOf(attached, byPosition, input);
        return {
          AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
          ...rest,
        };
      },
    }),
  ];
}
