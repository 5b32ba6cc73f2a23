import { availableParallelism } from 'node:os';

/** How much runs at once, and for how long; in one place because readers ask. */
export interface ExecutionLimits {
  /** Invocations under way in the account, waiting ones included; AWS's default quota. */
  readonly accountConcurrency: number;
  /** What must stay unreserved of it (aws-facts 3.3). */
  readonly unreservedMinimum: number;
  /** Processes of one function; further invocations wait for one of them, where AWS would start more. */
  readonly processesPerFunction: number;
  /** Processes of one function that start at the same time: more than there are cores only slow one another. */
  readonly startsAtOnce: number;
  /** How long an invocation waits for one of so many processes before it is given another. */
  readonly patienceMs: number;
  /** A process that was not used for this long is stopped. */
  readonly idleMs: number;
  /** After this long, loading a function goes on at the expense of its time-out, as on AWS. */
  readonly initMs: number;
  /** A process that broke down is given this long to end by itself: its last words may be under way. */
  readonly exitMs: number;
  /** How long the credentials of a process are valid, and after how long it is replaced to get new ones. */
  readonly credentialsSeconds: number;
  readonly renewAfterMs: number;
  /** What one invocation may log; the rest is dropped, and said so. */
  readonly logBytes: number;
  readonly logEvents: number;
  /** CloudWatch Logs' limit for one event. */
  readonly logEventBytes: number;
  /** How long a line may wait for others to be delivered with it; nobody waits for the log, as on AWS. */
  readonly logDelayMs: number;
  /** So many are delivered at once: a busy function's log comes in small pieces, which hold up nobody for long. */
  readonly logBatchEvents: number;
}

export const defaultLimits = (): ExecutionLimits => ({
  accountConcurrency: 1000,
  unreservedMinimum: 100,
  processesPerFunction: 10,
  startsAtOnce: Math.max(2, availableParallelism()),
  patienceMs: 250,
  idleMs: 5 * 60_000,
  initMs: 10_000,
  exitMs: 1000,
  credentialsSeconds: 12 * 3600,
  renewAfterMs: 6 * 3600_000,
  logBytes: 1_048_576,
  logEvents: 10_000,
  logEventBytes: 262_118,
  logDelayMs: 50,
  logBatchEvents: 100,
});
