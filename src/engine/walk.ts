import type { AnyStep } from '../tutorial/step.js';
import type { Listener, StepReport } from './events.js';

/** What is needed to look at every step. */
export interface Looking<Env, Look = Env> {
  readonly steps: readonly AnyStep<Env, Look>[];
  /** What the look of one step is given; its notes are told as that step's. */
  readonly lookFor: (step: string) => Look;
  readonly clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
  readonly signal: AbortSignal;
}

/** What every walk over the steps is given. */
export interface Walk<Env, Look = Env> extends Looking<Env, Look> {
  /** The environment of one step, whose notes are told as that step's. */
  readonly envFor: (step: string) => Env;
  readonly listener: Listener;
}

/** What every report of a step begins with. */
export function headOf<Env, Look>(
  options: Looking<Env, Look>,
  step: AnyStep<Env, Look>,
): { readonly number: number; readonly id: string; readonly name: string } {
  return { number: step.number, id: step.id, name: step.name(options.lookFor(step.id)) };
}

/** What is said of a step that an interruption or a failure elsewhere kept from its end. */
export function notDone(
  head: ReturnType<typeof headOf>,
  underWay: ReadonlySet<string> = new Set(),
): StepReport {
  const remark = underWay.has(head.id) ? 'under way when it was interrupted' : undefined;
  return { ...head, outcome: 'skipped', differences: [], ms: 0, remark };
}

/** What fails after an interruption is cut off by it, and may have been done all the same. */
export const isCutOff = ({ outcome }: StepReport, { aborted }: AbortSignal): boolean =>
  aborted && outcome === 'failed';
