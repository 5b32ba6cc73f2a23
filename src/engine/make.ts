import type { AnyStep, Ensured, Found } from '../tutorial/step.js';
import { dependentsOf, isMade, isThere, nodesOf, type Course } from './course.js';
import type { StepReport } from './events.js';
import { pick, type Inspection } from './inspect.js';
import { walk } from './run.js';
import { tasksOf, Yielded } from './tasks.js';
import { headOf, isCutOff, notDone, type Walk } from './walk.js';

/** What a walk that makes is given. */
export interface MakeOptions<Env, Look> extends Walk<Env, Look> {
  /** Awaited before the first change. */
  readonly beforeWriting: () => Promise<void>;
  /** All steps at once unless given. */
  readonly course?: Course | undefined;
}

/** How the making ended. */
export type Making =
  /** Every step was made or found in order; `things` are what the steps learned. */
  | {
      readonly kind: 'up';
      readonly steps: readonly StepReport[];
      readonly things: ReadonlyMap<string, unknown>;
    }
  /** With a course: the steps that were to be made are made or in order, less those that were skipped, or up to a stop. */
  | {
      readonly kind: 'part';
      readonly steps: readonly StepReport[];
      readonly things: ReadonlyMap<string, unknown>;
      readonly stopped: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly steps: readonly StepReport[];
      readonly step: string;
      readonly error: unknown;
    }
  | { readonly kind: 'interrupted'; readonly steps: readonly StepReport[] };

/** Makes what is missing and puts right what differs, each step as soon as its needs are met, or as the course says. */
export async function make<Env, Look>(
  options: MakeOptions<Env, Look>,
  inspection: Inspection,
  looks: readonly StepReport[],
): Promise<Making> {
  const { steps, signal, listener, course } = options;
  const things = thingsOutside(options, inspection);
  const reports = new Map<string, StepReport>();
  const underWay = new Set<string>();
  const tasks = tasksOf(steps, nodesOf(steps, course));
  let stopped = false;
  const { failed } = await walk([...tasks.values()], { onFailure: 'drain', signal }, async (task) => {
    const { step, kind } = tasks.get(task) ?? {};
    const id = step?.id ?? '';
    const found = inspection.found.get(id);
    if (!step || !found || found.state === 'by-hand') return;
    if (kind !== 'ensure')
      return followUp(options, { step, kind, found, thing: things.get(id), report: reports.get(id) });
    if (stopped) return;
    const walked = { step, found, inspection, reports, things };
    const left = course?.ask && (await leftOut(options, walked, looks));
    if (left === 'stop') stopped = true;
    if (left === 'stop' || signal.aborted) return;
    underWay.add(id);
    const report = left ?? (await ensureOne(options, walked));
    if (isCutOff(report, signal)) return;
    reports.set(id, report);
    listener({ kind: 'finished', report });
    if (report.outcome === 'failed') throw report.error;
  });
  const all = steps.map((step, index) => {
    const look = course && !underWay.has(step.id) ? looks[index] : undefined;
    return reports.get(step.id) ?? look ?? notDone(headOf(options, step), underWay);
  });
  const [failure] = failed;
  if (failure && !signal.aborted) {
    const [task, error] = failure;
    return { kind: 'failed', steps: all, step: tasks.get(task)?.step.id ?? task, error };
  }
  if (signal.aborted) return { kind: 'interrupted', steps: all };
  const isWhole = all.every(({ id, outcome }) => isMade(course, id) && outcome !== 'skipped') && !stopped;
  return isWhole ? { kind: 'up', steps: all, things } : { kind: 'part', steps: all, things, stopped };
}

/** What comes after a thing was made; what was there before is agreed on and finished. */
async function followUp<Env, Look>(
  options: MakeOptions<Env, Look>,
  made: {
    step: AnyStep<Env, Look>;
    kind: 'agree' | 'finish' | undefined;
    found: Found<unknown>;
    thing: unknown;
    report: StepReport | undefined;
  },
): Promise<void> {
  const { step, kind, found, thing, report } = made;
  if (isThere(found) || thing === undefined || !report || report.outcome === 'skipped') return;
  const env = options.envFor(step.id);
  if (kind === 'finish') return step.finish?.(env, thing);
  if ((await step.agree?.(env, { thing, mine: report.outcome === 'created' })) === false) throw new Yielded();
}

/** What was found of the steps that are only looked at, for those that need it. */
function thingsOutside<Env, Look>(
  options: MakeOptions<Env, Look>,
  { found }: Inspection,
): Map<string, unknown> {
  const things = new Map<string, unknown>();
  for (const [id, each] of found) {
    if (!isMade(options.course, id) && isThere(each) && 'thing' in each) things.set(id, each.thing);
  }
  return things;
}

interface Walked<Env, Look> {
  readonly step: AnyStep<Env, Look>;
  readonly found: Exclude<Found<unknown>, { state: 'by-hand' }>;
  readonly inspection: Inspection;
  readonly reports: ReadonlyMap<string, StepReport>;
  readonly things: Map<string, unknown>;
}

/** Asks about a step that is not in order. What is told of it when it is left out; undefined when it is to be made. */
async function leftOut<Env, Look>(
  options: MakeOptions<Env, Look>,
  { step, found, reports, things }: Walked<Env, Look>,
  looks: readonly StepReport[],
): Promise<StepReport | 'stop' | undefined> {
  const { steps, course, beforeWriting } = options;
  const skipped = (remark?: string): StepReport => ({
    ...{ ...headOf(options, step), outcome: 'skipped', differences: [], ms: 0 },
    ...(remark === undefined ? {} : { remark }),
  });
  const lacking = step.needs.filter((need) => !things.has(need));
  if (lacking.length > 0) return skipped(`needs ${lacking.join(' and ')}`);
  const look = looks.find(({ id }) => id === step.id);
  if (!look || (look.outcome === 'in-order' && !areChanged(step.needs, reports))) return undefined;
  const dependents = isThere(found)
    ? []
    : dependentsOf(steps, step.id).filter((id) => isMade(options.course, id));
  const answer = await course?.ask?.({ look, things, dependents });
  if (answer === 'stop') return 'stop';
  if (answer === 'skip') {
    // What is there serves those that need it, as it is.
    if (isThere(found) && 'thing' in found) things.set(step.id, found.thing);
    return skipped();
  }
  await beforeWriting();
  return undefined;
}

const areChanged = (ids: readonly string[], reports: ReadonlyMap<string, StepReport>): boolean =>
  ids.some((id) => ['created', 'repaired'].includes(reports.get(id)?.outcome ?? 'unchanged'));

/** One step: left alone when it is in order and nothing that it needs was changed in this walk. */
async function ensureOne<Env, Look>(
  options: Walk<Env, Look>,
  { step, found, inspection, reports, things }: Walked<Env, Look>,
): Promise<StepReport> {
  const start = options.clock.now();
  const differences = 'differences' in found ? found.differences : [];
  const needsChanged = areChanged(step.needs, reports);
  const line = { ...headOf(options, step), differences };
  try {
    let ensured: Ensured<unknown>;
    if (found.state === 'ours' && differences.length === 0 && !needsChanged) {
      ensured = {
        thing: found.thing,
        outcome: 'unchanged',
        ...(found.remark === undefined ? {} : { remark: found.remark }),
      };
    } else {
      options.listener({ kind: 'started', step: step.id });
      ensured = await step.ensure(options.envFor(step.id), {
        learned: pick(things, step.needs),
        found,
        seen: pick(inspection.found, step.reads),
      });
    }
    things.set(step.id, ensured.thing);
    const { outcome, remark } = ensured;
    // What differed and was not this step's to put right is not its story.
    return {
      ...line,
      ...(outcome === 'unchanged' ? { differences: [] } : {}),
      outcome,
      remark,
      ms: options.clock.now() - start,
    };
  } catch (error) {
    return { ...line, outcome: 'failed', error, ms: options.clock.now() - start };
  }
}
