import type { Found } from '../tutorial/step.js';
import type { Outcome, StepReport } from './events.js';
import { checkGraph } from './graph.js';
import { walk } from './run.js';
import { headOf, type Looking } from './walk.js';

/** What a look at every step found; a step that could not be looked at is missing here and named in `failed`. */
export interface Inspection {
  readonly found: ReadonlyMap<string, Found<unknown>>;
  readonly failed: ReadonlyMap<string, unknown>;
  /** Milliseconds that each look took. */
  readonly ms: ReadonlyMap<string, number>;
}

/**
 * Looks at every step; all begin at once, and each waits by itself for what it needs of others. Changes nothing, and
 * never rejects.
 */
export async function inspectAll<Env, Look>(options: Looking<Env, Look>): Promise<Inspection> {
  const { steps, lookFor, clock, signal } = options;
  checkGraph(steps.map(({ id, reads }) => ({ id, after: reads })));
  const found = new Map<string, Found<unknown>>();
  const ms = new Map<string, number>();
  const looks = new Map<string, Promise<Found<unknown>>>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const look = (id: string): Promise<Found<unknown>> => {
    const begun = looks.get(id) ?? begin(id);
    looks.set(id, begun);
    return begun;
  };
  const begin = async (id: string): Promise<Found<unknown>> => {
    const step = byId.get(id);
    if (!step) throw new Error(`there is no step ${id}`);
    const start = clock.now();
    const seen = Object.fromEntries(step.reads.map((each) => [each, look(each)]));
    const result = await step.inspect(lookFor(id), seen);
    found.set(id, result);
    ms.set(id, clock.now() - start);
    return result;
  };
  const nodes = steps.map(({ id }) => ({ id, after: [] }));
  const { done, failed } = await walk(nodes, { onFailure: 'go-on', signal }, async (id) => {
    await look(id);
  });
  // A look that only waited for one that failed is not at fault, and not reported.
  const isAtFault = ([id]: [string, unknown]): boolean =>
    byId.get(id)?.reads.every((each) => !failed.has(each)) ?? true;
  // In the steps' order, whichever was looked at first: so are the lists that are made of them.
  const order = steps.map(({ id }) => id);
  const byStep = ([a]: [string, unknown], [b]: [string, unknown]): number =>
    order.indexOf(a) - order.indexOf(b);
  return {
    found: new Map([...found].filter(([id]) => done.has(id)).sort(byStep)),
    failed: new Map([...failed].filter(isAtFault).sort(byStep)),
    ms,
  };
}

/** The members of a map that a step declared; all of them are there when its turn has come. */
export function pick<T>(values: ReadonlyMap<string, T>, ids: readonly string[]): Record<string, T> {
  const picked: Record<string, T> = {};
  for (const id of ids) {
    const value = values.get(id);
    if (value !== undefined) picked[id] = value;
  }
  return picked;
}

/** What the looks tell of each step when nothing is done about it. */
export function reportLooks<Env, Look>(options: Looking<Env, Look>, inspection: Inspection): StepReport[] {
  return options.steps.map((step) => {
    const head = headOf(options, step);
    const ms = inspection.ms.get(step.id) ?? 0;
    const found = inspection.found.get(step.id);
    if (!found) {
      const error = inspection.failed.get(step.id);
      const outcome = error === undefined ? 'skipped' : 'failed';
      return { ...head, outcome, differences: [], ms, error };
    }
    const differences = 'differences' in found ? found.differences : [];
    const { tolerated } = found;
    return { ...head, outcome: lookOutcome(found), differences, ms, remark: lookRemark(found), tolerated };
  });
}

function lookOutcome(found: Found<unknown>): Outcome {
  switch (found.state) {
    case 'missing':
    case 'going':
      return 'missing';
    case 'by-hand':
      return 'by-hand';
    case 'coming':
    case 'ours':
      return found.differences.length > 0 ? 'drifted' : 'in-order';
  }
}

function lookRemark(found: Found<unknown>): string | undefined {
  if (found.state === 'going') return 'being deleted';
  if (found.state === 'coming') return 'still being made';
  return ownerRemark(found) ?? found.remark;
}

function ownerRemark(found: Found<unknown>): string | undefined {
  if (found.state !== 'by-hand') return undefined;
  const [only, another] = found.strangers;
  if (!another) return only?.owner;
  return `several of this name: ${found.strangers.map(({ what }) => what).join(', ')}`;
}
