import type { Keyring } from '../../identity.js';
import { queryService } from '../../wire/query.js';
import type { Roles, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';

export function stsService(
  _world: World,
  options: { authorize: Authorize; roles: Roles; keyring: Keyring },
): Service {
  return queryService({
    signingName: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: [],
    authorize: options.authorize,
  });
}
