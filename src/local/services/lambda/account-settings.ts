import * as v from 'valibot';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { MAX_UNZIPPED_BYTES } from './code/archive.js';
import { MAX_ZIPPED_BYTES } from './code/code-store.js';
import type { Parts } from './parts.js';

/** AWS's default quota (aws-facts 3.1). */
const TOTAL_CODE_BYTES = 80_530_636_800;

/** GetAccountSettings. */
export function accountOperations({ functions, limits }: Parts): Operation[] {
  return [
    operation({
      name: 'GetAccountSettings',
      route: 'GET /2016-08-19/account-settings',
      input: v.object({}),
      run: () => {
        const all = functions.list();
        const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
        return {
          AccountLimit: {
            TotalCodeSize: TOTAL_CODE_BYTES,
            CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
            CodeSizeZipped: MAX_ZIPPED_BYTES,
            ConcurrentExecutions: limits.accountConcurrency,
            UnreservedConcurrentExecutions:
              limits.accountConcurrency - sum(all.map(({ reservedConcurrency = 0 }) => reservedConcurrency)),
          },
          AccountUsage: {
            TotalCodeSize: sum(all.map(({ settings }) => settings.code.size)),
            FunctionCount: all.length,
          },
        };
      },
    }),
  ];
}
