import type { AnyStep } from '../tutorial/step.js';
import type { Listener } from './events.js';

/** What every walk over the steps is given. */
export interface Walk<Env> {
  readonly steps: readonly AnyStep<Env>[];
  /** The environment of one step, whose notes are told as that step's. */
  readonly envFor: (step: string) => Env;
  readonly listener: Listener;
  readonly clock: { now(): number };
  readonly signal: AbortSignal;
}
