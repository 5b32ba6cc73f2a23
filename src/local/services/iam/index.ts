import { queryService } from '../../wire/query.js';
import type { Roles, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';

export interface Iam {
  readonly roles: Roles;
  service(authorize: Authorize): Service;
}

export function openIam(_world: World): Iam {
  return {
    roles: { find: () => undefined, trusts: () => false, session: () => undefined, policiesOf: () => [] },
    service: (authorize) =>
      queryService({
        signingName: 'iam',
        version: '2010-05-08',
        namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
        operations: [],
        authorize,
      }),
  };
}
