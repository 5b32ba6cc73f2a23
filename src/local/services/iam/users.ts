import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { noSuchUser, validationError } from './errors.js';
import { page, userName } from './inputs.js';

/** The one user of this account is the reader of the tutorial; there is nothing to make or change. */
export function userOperations(world: World): Operation[] {
  const since = new Date(world.clock.now());
  return [
    operation({
      name: 'ListAccountAliases',
      input: v.object(page),
      run: () => ({ AccountAliases: [], IsTruncated: false }),
    }),
    operation({
      name: 'GetUser',
      input: v.object({ UserName: v.exactOptional(userName) }),
      run: ({ UserName }, { principal }) => {
        if (principal.kind !== 'owner') {
          if (UserName === undefined) {
            throw validationError('Must specify userName when calling with non-User credentials');
          }
          throw noSuchUser(UserName);
        }
        const name = principal.arn.split('/').at(-1) ?? '';
        if (UserName !== undefined && UserName !== name) throw noSuchUser(UserName);
        return {
          User: {
            Path: '/',
            UserName: name,
            UserId: principal.userId,
            Arn: principal.arn,
            CreateDate: since,
          },
        };
      },
    }),
  ];
}
