import {
  isClockCorrected,
  isConcurrentModification,
  isLost,
  isNobodyThere,
  isThrottle,
  isTimeout,
} from './errors.js';
import { retryWhile } from './poll.js';
import { quotaPause, quotaText } from './quotas.js';
import { BUDGETS, duration, type Waiting } from './waiting.js';

/** What is called, as far as it matters to trying again. */
export interface Attempted {
  readonly operation: string;
  /** Whether it may be made again when its answer was lost, and it may have acted. */
  readonly isRepeatable: boolean;
}

/**
 * Does an AWS call again while a request quota, another writer or a bad connection stands in its way, and tells what it
 * waits for.
 */
export function patiently<T>(waiting: Waiting, attempted: Attempted, call: () => Promise<T>): Promise<T> {
  const found = (): Promise<T> => waitOutLoss(waiting, attempted, call);
  // Invoke is refused for want of concurrency, which has no period: with none reserved no waiting helps (aws-facts 4.1).
  if (attempted.operation === 'Invoke') return found();
  return waitOutQuota(waiting, attempted, () => waitOutConflict(waiting, attempted, found));
}

function waitOutQuota<T>(waiting: Waiting, { operation }: Attempted, call: () => Promise<T>): Promise<T> {
  const options = {
    budget: BUDGETS.quota,
    minPauseMs: (attempt: number) => quotaPause(operation, attempt),
    waitFor: (error: unknown) =>
      isThrottle(error) ? `the account’s quota lets ${operation} through` : undefined,
    note: (pauseMs: number) =>
      `${operation}: the account’s quota ${quotaText(operation)}; trying again in ${duration(pauseMs)}`,
  };
  return retryWhile(waiting, options, call);
}

function waitOutConflict<T>(waiting: Waiting, { operation }: Attempted, call: () => Promise<T>): Promise<T> {
  const options = {
    budget: BUDGETS.conflict,
    waitFor: (error: unknown) =>
      isConcurrentModification(error) ? `no other change stands in the way of ${operation}` : undefined,
    note: (pauseMs: number) =>
      `${operation}: another change of the same thing is under way; trying again in ${duration(pauseMs)}`,
  };
  return retryWhile(waiting, options, call);
}

/**
 * How often a call is made in all. What fails or is cut off comes right as a rule; where nobody is there, or answers in
 * time, three tries tell, as the SDK's own would.
 */
const TRIES = { lost: 10, silent: 3 };

function waitOutLoss<T>(
  waiting: Waiting,
  { operation, isRepeatable }: Attempted,
  call: () => Promise<T>,
): Promise<T> {
  let failures = 0;
  const options = {
    budget: BUDGETS.loss,
    waitFor: (error: unknown) => {
      failures += 1;
      if (isClockCorrected(error)) return failures === 1 ? 'the clocks agree' : undefined;
      if (!isRepeatable || !isLost(error)) return undefined;
      const tries = isNobodyThere(error) || isTimeout(error) ? TRIES.silent : TRIES.lost;
      return failures < tries ? `${operation} is answered` : undefined;
    },
    note: (pauseMs: number, error: unknown) =>
      `${whyNoAnswer(error, operation)}; trying again in ${duration(pauseMs)}`,
  };
  return retryWhile(waiting, options, call);
}

/** Where nobody is there the same of all calls, so that it need be said but once. */
function whyNoAnswer(error: unknown, operation: string): string {
  if (isNobodyThere(error)) return 'nothing answers';
  if (isClockCorrected(error)) return `${operation}: refused for the time of this machine, which is wrong`;
  return `${operation}: the answer was lost`;
}
