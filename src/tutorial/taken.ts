import { isGone } from '../aws/errors.js';
import { retryWhile } from '../aws/poll.js';
import { BUDGETS } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import type { StepEnv } from './env.js';

/**
 * Reads a thing whose name was just found to be taken, to see whose it is. Right after it was made AWS may not know it
 * yet (aws-facts 2.3, 3.4).
 */
export function readTaken<T>(env: StepEnv, read: () => Promise<T>): Promise<T> {
  return retryWhile(
    env.waiting,
    {
      budget: BUDGETS.conflict,
      waitFor: (error) => (isGone(error) ? 'AWS shows what was just made' : undefined),
    },
    read,
  );
}

/** Somebody made a thing of our name by hand between our look and our create. */
export function madeByHand(what: string): LabError {
  return new LabError('made-by-hand', `${what} was made meanwhile, not by this lab: it is not touched.`, {
    hint: 'Take it over with `lab-setup up --adopt`, delete or rename it, or choose another lab with --lab NAME.',
  });
}
