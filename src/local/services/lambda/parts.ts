import type { Roles, World } from '../ports.js';
import type { Authorize } from '../service.js';
import type { CodeLocation } from './code/code-location.js';
import type { CheckedCode, CodeStore } from './code/code-store.js';
import type { AsyncInvocations } from './async-invocations.js';
import type { Executor } from './execution/executor.js';
import type { ExecutionLimits } from './execution/limits.js';
import { roleNotAssumable, roleOfOtherAccount } from './errors.js';
import type { FunctionTable } from './state.js';

/** What the operations work with; put together in index.ts. */
export interface Parts {
  readonly world: World;
  readonly roles: Roles;
  readonly authorize: Authorize;
  readonly functions: FunctionTable;
  readonly codes: CodeStore;
  readonly location: CodeLocation;
  readonly executor: Executor;
  readonly events: AsyncInvocations;
  readonly limits: ExecutionLimits;
  /** Forgets code that no function has and no process runs. */
  pruneCode(): void;
}

/** Has a zip checked, and `use` keep it; unpacked code that nobody keeps is removed again. */
export async function withCode<T>(parts: Parts, zip: Buffer, use: (code: CheckedCode) => T): Promise<T> {
  const code = await parts.codes.check(zip);
  try {
    return use(code);
  } finally {
    parts.pruneCode();
  }
}

/** @throws AwsError unless the role is of this account and lets Lambda assume it. */
export function checkRole({ world, roles }: Parts, arn: string): void {
  if (arn.split(':')[4] !== world.account) throw roleOfOtherAccount();
  if (!roles.trusts(arn, 'lambda.amazonaws.com')) throw roleNotAssumable();
}
