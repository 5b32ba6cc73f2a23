import { LabError } from '../lab-error.js';
import { messageOf } from './errors.js';
import { duration, pauseOf, type Budget, type Waiting } from './waiting.js';

/**
 * Asks `probe` until it answers with something, and gives that back.
 * @throws LabError `timed-out` when the budget ends first; what `probe` throws passes through.
 */
export async function awaitThat<T>(
  waiting: Waiting,
  options: { what: string; budget: Budget; hint?: string },
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const { what, budget } = options;
  const end = waiting.clock.now() + budget.ms;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    const pause = pauseOf(budget, attempt);
    if (waiting.clock.now() + pause > end) {
      throw new LabError('timed-out', `Gave up after ${duration(budget.ms)} waiting until ${what}.`, {
        hint: options.hint ?? 'Run the same command again: it goes on from here.',
      });
    }
    waiting.note(`waiting until ${what}`);
    await waiting.clock.sleep(pause, waiting.signal);
  }
}

/**
 * Does `action` again while it fails with an error that `waitFor` has words for.
 * @throws LabError `timed-out` with the last error as cause when the budget ends; any other error as it is.
 */
export async function retryWhile<T>(
  waiting: Waiting,
  options: {
    budget: Budget;
    /** What is waited for, as in "waiting until …"; undefined for an error that no waiting cures. */
    waitFor: (error: unknown) => string | undefined;
    /** The least pause after the n-th failure (from 0). */
    minPauseMs?: (attempt: number) => number;
    /** What the reader is told before a pause, instead of "waiting until …"; `error` is the one that is waited out. */
    note?: (pauseMs: number, error: unknown) => string;
  },
  action: () => Promise<T>,
): Promise<T> {
  const { budget, waitFor, minPauseMs = () => 0, note } = options;
  const end = waiting.clock.now() + budget.ms;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      const what = waitFor(error);
      if (what === undefined) throw error;
      const pause = Math.max(pauseOf(budget, attempt), minPauseMs(attempt));
      if (waiting.clock.now() + pause > end) {
        throw new LabError(
          'timed-out',
          `Gave up after ${duration(budget.ms)} waiting until ${what}; at last: ${messageOf(error)}`,
          { hint: 'Run the same command again: it goes on from here.', cause: error },
        );
      }
      waiting.note(note?.(pause, error) ?? `waiting until ${what}`);
      await waiting.clock.sleep(pause, waiting.signal);
    }
  }
}
