import type { Stranger } from '../tutorial/step.js';
import type { StepReport } from './events.js';
import { inspectAll, reportLooks, type Inspection } from './inspect.js';
import type { Walk } from './walk.js';

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
export async function status<Env>(options: Walk<Env>): Promise<StatusReport> {
  const inspection = reviewed(options, await inspectAll(options));
  const steps = reportLooks(options, inspection);
  const things = new Map<string, unknown>();
  const strangers = new Map<string, readonly Stranger[]>();
  for (const [id, found] of inspection.found) {
    if ('thing' in found) things.set(id, found.thing);
    strangers.set(id, [...(found.state === 'by-hand' ? found.strangers : []), ...(found.beside ?? [])]);
  }
  return { steps, ok: steps.every(isFine), interrupted: options.signal.aborted, things, strangers };
}

/** What each step found, judged anew in the light of all the others. */
function reviewed<Env>(options: Walk<Env>, inspection: Inspection): Inspection {
  const all = Object.fromEntries(inspection.found);
  const found = new Map(inspection.found);
  for (const step of options.steps) {
    const own = found.get(step.id);
    if (own && step.review) found.set(step.id, step.review(options.envFor(step.id), own, all));
  }
  return { ...inspection, found };
}

function isFine({ outcome, differences }: StepReport): boolean {
  return outcome === 'in-order' || (outcome === 'by-hand' && differences.length === 0);
}
