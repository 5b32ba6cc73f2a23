import type { Keyring } from '../../identity.js';
import { queryService } from '../../wire/query.js';
import type { RoleDirectory, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';
import { assumeRole } from './assume-role.js';
import { getAccessKeyInfo, getCallerIdentity } from './get-caller-identity.js';

/** STS: who calls, and sessions of roles. */
export function stsService(
  world: World,
  options: { authorize: Authorize; roles: RoleDirectory; keyring: Keyring },
): Service {
  return queryService({
    signingName: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: [getCallerIdentity, getAccessKeyInfo, assumeRole(world, options)],
    authorize: (principal, call) => {
      // AssumeRole asks by itself: the trust policy may already be enough.
      if (call.operation !== 'AssumeRole') options.authorize(principal, call);
    },
  });
}
