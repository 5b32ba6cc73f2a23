/** How time passes: the real one, or a simulated one in tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects at once when `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What every wait is given: the clock, how it is interrupted, and who hears what is waited for. */
export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tells the reader, in a few words, what is waited for. */
  readonly note: (text: string) => void;
}

/** How long a wait may last and how often it looks. */
export interface Budget {
  readonly ms: number;
  readonly pauseMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * All waits of lab-setup. IAM and API keys take up to minutes to be known everywhere (aws-facts 2.3, 7.6); quotas are
 * shared by all who work in the account, so a wait for one is long. A short first pause keeps quick servers quick.
 */
export const BUDGETS = {
  /** Until Lambda may assume a new role. */
  role: { ms: 5 * MINUTE, pauseMs: 2 * SECOND },
  /** Until a table is ACTIVE, or gone. */
  table: { ms: 5 * MINUTE, pauseMs: SECOND },
  /** Until the endpoint answers with the key, and refuses without. */
  endpoint: { ms: 5 * MINUTE, pauseMs: 2 * SECOND },
  /** "Unable to complete operation due to concurrent modification. Please try again later." and its kin. */
  conflict: { ms: 2 * MINUTE, pauseMs: 2 * SECOND },
  /** Until a call is answered: ten tries, three where each takes a minute to fail (aws/patience.ts). */
  loss: { ms: 10 * MINUTE, pauseMs: 5 * SECOND },
  /** Until another run of the same lab has used what it made, or removed it. */
  rival: { ms: MINUTE, pauseMs: SECOND },
  /** Lambda's Pending and InProgress. */
  function: { ms: 2 * MINUTE, pauseMs: SECOND },
  /** A request quota of the account; the pause is the quota's own period (aws/quotas.ts). */
  quota: { ms: 45 * MINUTE, pauseMs: SECOND },
} as const satisfies Record<string, Budget>;

/** The first pauses grow from this to the budget's own: most things are ready at once, the rest takes its time. */
const FIRST_PAUSE_MS = 50;

/** The n-th pause (from 0) of a wait: doubling up to the budget's pause, spread so that many waiters do not meet. */
export function pauseOf(budget: Budget, attempt: number, random: () => number = Math.random): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt, 16), budget.pauseMs);
  return spread(pause, random);
}

/** A pause, up to a quarter shorter or longer by chance. */
export const spread = (ms: number, random: () => number = Math.random): number => ms * (0.75 + random() / 2);

/** A time for the reader: `45 min`, `41 s`, `a moment`. */
export function duration(ms: number): string {
  if (ms >= 2 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  return ms < SECOND ? 'a moment' : `${Math.round(ms / SECOND)} s`;
}
