import type { AnyStep, Ensured, Found, Stranger } from '../tutorial/step.js';
import { adoptAll, asAdopted, choose, type Adoptee, type Adoption } from './adopt.js';
import type { Listener, StepReport } from './events.js';
import { inspectAll, pick, reportLooks, type Inspection } from './inspect.js';
import { walk } from './run.js';
import { headOf, notDone, type Walk } from './walk.js';

export type UpReport =
  /** Every step was made or found in order; `things` are what the steps learned. */
  | {
      readonly kind: 'up';
      readonly steps: readonly StepReport[];
      readonly things: ReadonlyMap<string, unknown>;
    }
  /** Things of our names were made by hand: nothing was touched. */
  | {
      readonly kind: 'refused';
      readonly steps: readonly StepReport[];
      readonly strangers: readonly Stranger[];
    }
  /** They could be adopted, and that was not wanted: nothing was touched. */
  | { readonly kind: 'declined'; readonly steps: readonly StepReport[] }
  /** With `dryRun`: what would be done. */
  | { readonly kind: 'planned'; readonly steps: readonly StepReport[] }
  | {
      readonly kind: 'failed';
      readonly steps: readonly StepReport[];
      readonly step: string;
      readonly error: unknown;
    }
  | { readonly kind: 'interrupted'; readonly steps: readonly StepReport[] };

/** What a run has found is overtaken by another's doing at most this often: then something else is wrong. */
const ROUNDS = 4;

/**
 * Brings the lab up: looks at every step, then makes what is missing and puts right what differs, each step as soon as
 * its needs are met. A lab in order is not written to. `beforeWriting` is awaited before the first change. When another
 * run's things win, or what a step built on goes away meanwhile, everything is looked at again.
 */
export async function up<Env, Look>(options: UpOptions<Env, Look>): Promise<UpReport> {
  for (let round = 1; ; round += 1) {
    const report = await bringUp(options, round === 1 ? options.looked : undefined);
    if (round === ROUNDS) return report;
    if (report.kind === 'failed' && options.isOvertaken(report.error)) {
      const text = 'what it builds on has gone meanwhile; looking at everything again';
      options.listener({ kind: 'note', step: report.step, text });
      continue;
    }
    if (report.kind !== 'up') return report;
    const verdict = await allStand(options, report);
    if (options.signal.aborted) return { kind: 'interrupted', steps: report.steps };
    if (verdict) return report;
  }
}

interface UpOptions<Env, Look> extends Walk<Env, Look> {
  /** A look that was begun before; without it `up` looks itself. */
  readonly looked?: Inspection | undefined;
  readonly dryRun: boolean;
  /** Whether a step's error says that what it built on is no longer there. */
  readonly isOvertaken: (error: unknown) => boolean;
  readonly beforeWriting: () => Promise<void>;
  /** Without it, what was made by hand is not touched. */
  readonly adoption?: Adoption | undefined;
}

async function bringUp<Env, Look>(options: UpOptions<Env, Look>, looked?: Inspection): Promise<UpReport> {
  const { signal } = options;
  const inspection = looked ?? (await inspectAll(options));
  const looks = reportLooks(options, inspection);
  if (signal.aborted) return { kind: 'interrupted', steps: looks };
  const [failure] = inspection.failed;
  if (failure) return { kind: 'failed', steps: looks, step: failure[0], error: failure[1] };
  const { chosen, refused } = choose(inspection.found, options.adoption);
  if (refused.length > 0) return { kind: 'refused', steps: looks, strangers: refused };
  if (options.dryRun) {
    const planned = new Map(chosen.map(({ step, stranger }) => [step, `would adopt ${stranger.what}`]));
    return { kind: 'planned', steps: looks.map(asAdopted(planned)) };
  }
  if (options.adoption && chosen.length > 0) {
    const wanted = await options.adoption.confirm(chosen.map(({ stranger }) => stranger));
    return wanted ? adoptFirst(options, { chosen, looks }) : { kind: 'declined', steps: looks };
  }
  if (looks.some(({ outcome }) => outcome !== 'in-order')) await options.beforeWriting();
  return make(options, inspection);
}

/** Makes the chosen things the lab's, and then brings it up as ever. */
async function adoptFirst<Env, Look>(
  options: UpOptions<Env, Look>,
  { chosen, looks }: { chosen: readonly Adoptee[]; looks: readonly StepReport[] },
): Promise<UpReport> {
  await options.beforeWriting();
  const done = await adoptAll(options, chosen);
  if ('error' in done) return { kind: 'failed', steps: looks, ...done };
  const mark = asAdopted(done.adopted);
  const listener: Listener = (event) =>
    options.listener(event.kind === 'finished' ? { ...event, report: mark(event.report) } : event);
  const report = await bringUp({ ...options, adoption: undefined, listener }, done.inspection);
  return { ...report, steps: report.steps.map(mark) };
}

/** Whether all that this run made, under names that AWS does not keep unique, is still what is to be used. */
async function allStand<Env, Look>(
  options: UpOptions<Env, Look>,
  report: Extract<UpReport, { kind: 'up' }>,
): Promise<boolean> {
  const created = report.steps.filter(({ outcome }) => outcome === 'created').map(({ id }) => id);
  const look = async (step: AnyStep<Env, Look>): Promise<boolean> =>
    (await step.lastLook?.(options.envFor(step.id), report.things.get(step.id))) ?? true;
  try {
    const verdicts = await Promise.all(options.steps.filter(({ id }) => created.includes(id)).map(look));
    return verdicts.every(Boolean);
  } catch (error) {
    if (options.signal.aborted) return false;
    throw error;
  }
}

async function make<Env, Look>(options: Walk<Env, Look>, inspection: Inspection): Promise<UpReport> {
  const { steps, signal, listener } = options;
  const things = new Map<string, unknown>();
  const reports = new Map<string, StepReport>();
  const underWay = new Set<string>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const nodes = steps.map(({ id, needs }) => ({ id, after: needs }));
  const { failed } = await walk(nodes, { onFailure: 'drain', signal }, async (id) => {
    const step = byId.get(id);
    const found = inspection.found.get(id);
    if (!step || !found || found.state === 'by-hand') return;
    underWay.add(id);
    const report = await ensureOne(options, { step, found, inspection, reports, things });
    reports.set(id, report);
    listener({ kind: 'finished', report });
    if (report.outcome === 'failed') throw report.error;
  });
  const all = steps.map((step) => reports.get(step.id) ?? notDone(headOf(options, step), underWay));
  const [failure] = failed;
  if (failure && !signal.aborted) return { kind: 'failed', steps: all, step: failure[0], error: failure[1] };
  if (signal.aborted) return { kind: 'interrupted', steps: all };
  return { kind: 'up', steps: all, things };
}

/** One step: left alone when it is in order and nothing that it needs was changed in this walk. */
async function ensureOne<Env, Look>(
  options: Walk<Env, Look>,
  walked: {
    step: AnyStep<Env, Look>;
    found: Exclude<Found<unknown>, { state: 'by-hand' }>;
    inspection: Inspection;
    reports: ReadonlyMap<string, StepReport>;
    things: Map<string, unknown>;
  },
): Promise<StepReport> {
  const { step, found, inspection, reports, things } = walked;
  const start = options.clock.now();
  const differences = 'differences' in found ? found.differences : [];
  const needsChanged = step.needs.some((need) => reports.get(need)?.outcome !== 'unchanged');
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
