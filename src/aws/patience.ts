import { isConcurrentModification, isThrottle } from './errors.js';
import { retryWhile } from './poll.js';
import { quotaPause, quotaText } from './quotas.js';
import { BUDGETS, duration, type Waiting } from './waiting.js';

/** Does an AWS call again while a request quota or another writer stands in its way, and tells what it waits for. */
export function patiently<T>(waiting: Waiting, operation: string, call: () => Promise<T>): Promise<T> {
  // Invoke is refused for want of concurrency, which has no period: with none reserved no waiting helps (aws-facts 4.1).
  if (operation === 'Invoke') return call();
  return waitOutQuota(waiting, operation, () => waitOutConflict(waiting, operation, call));
}

function waitOutQuota<T>(waiting: Waiting, operation: string, call: () => Promise<T>): Promise<T> {
  const options = {
    budget: BUDGETS.quota,
    minPauseMs: (attempt: number) => quotaPause(operation, attempt),
    waitFor: (error: unknown) =>
      isThrottle(error) ? `the account's quota lets ${operation} through` : undefined,
    note: (pauseMs: number) =>
      `${operation}: the account's quota ${quotaText(operation)}; trying again in ${duration(pauseMs)}`,
  };
  return retryWhile(waiting, options, call);
}

function waitOutConflict<T>(waiting: Waiting, operation: string, call: () => Promise<T>): Promise<T> {
  const options = {
    budget: BUDGETS.conflict,
    waitFor: (error: unknown) =>
      isConcurrentModification(error) ? `no other change stands in the way of ${operation}` : undefined,
    note: (pauseMs: number) =>
      `${operation}: another change of the same thing is under way; trying again in ${duration(pauseMs)}`,
  };
  return retryWhile(waiting, options, call);
}
