import type { Stranger } from '../tutorial/step.js';
import type { StepReport } from './events.js';
import { inspectAll, reportLooks } from './inspect.js';
import type { Looking } from './walk.js';

export interface StatusReport {
  readonly steps: readonly StepReport[];
  /** Every step is there and as the lab declares it, whoever made it. */
  readonly ok: boolean;
  /** Ctrl-C came before all was read. */
  readonly interrupted: boolean;
  /** What each step found of its thing, for whoever wants to show more, such as the invoke URL. */
  readonly things: ReadonlyMap<string, unknown>;
  /** What bears the lab's names and is not the lab's, by step. */
  readonly strangers: ReadonlyMap<string, readonly Stranger[]>;
}

/** Looks at every step and says what is missing or different. */
export async function status<Env, Look>(options: Looking<Env, Look>): Promise<StatusReport> {
  const inspection = await inspectAll(options);
  const steps = reportLooks(options, inspection);
  const things = new Map<string, unknown>();
  const strangers = new Map<string, readonly Stranger[]>();
  for (const [id, found] of inspection.found) {
    if ('thing' in found) things.set(id, found.thing);
    strangers.set(id, [...(found.state === 'by-hand' ? found.strangers : []), ...(found.beside ?? [])]);
  }
  return { steps, ok: steps.every(isFine), interrupted: options.signal.aborted, things, strangers };
}

function isFine({ outcome, differences }: StepReport): boolean {
  return outcome === 'in-order' || (outcome === 'by-hand' && differences.length === 0);
}
