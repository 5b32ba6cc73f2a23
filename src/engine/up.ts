import type { AnyStep, Stranger } from '../tutorial/step.js';
import { adoptAll, asAdopted, choose, wouldAdopt, type Adoptee, type Adoption } from './adopt.js';
import { firstUnmet, isMade, neededOutside } from './course.js';
import { make, type Making, type MakeOptions } from './make.js';
import type { Listener, StepReport } from './events.js';
import { inspectAll, pick, reportLooks, type Inspection } from './inspect.js';
import { Yielded } from './tasks.js';
import { notDone } from './walk.js';

export type UpReport =
  | Making
  /** With a course: a step needs what is not there and is not to be made; nothing was touched. */
  | {
      readonly kind: 'unmet';
      readonly steps: readonly StepReport[];
      readonly step: string;
      readonly needs: readonly string[];
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
  | { readonly kind: 'planned'; readonly steps: readonly StepReport[] };

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
    const isLast = round === ROUNDS;
    if (!isLast && report.kind === 'failed' && isOvertaken(options, report.error)) {
      const cause =
        report.error instanceof Yielded
          ? 'another run of the same lab goes on with its own'
          : 'what it builds on has gone meanwhile';
      options.listener({ kind: 'note', step: report.step, text: `${cause}; looking at everything again` });
      continue;
    }
    if (report.kind !== 'up' && report.kind !== 'part') return report;
    const verdict = await proved(options, report);
    if (options.signal.aborted) return { kind: 'interrupted', steps: report.steps };
    if (verdict || isLast) return report;
  }
}

const isOvertaken = <Env, Look>(options: UpOptions<Env, Look>, error: unknown): boolean =>
  error instanceof Yielded || options.isOvertaken(error);

interface UpOptions<Env, Look> extends MakeOptions<Env, Look> {
  /** A look that was begun before; without it `up` looks itself. */
  readonly looked?: Inspection | undefined;
  readonly dryRun: boolean;
  /** Whether a step's error says that what it built on is no longer there. */
  readonly isOvertaken: (error: unknown) => boolean;
  /**
   * Tries what was made, while it is looked at for the last time. `signal` is aborted when another run's things win: then
   * all is done again.
   */
  readonly whenMade?: (made: Extract<UpReport, { kind: 'up' }>, signal: AbortSignal) => Promise<void>;
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
  const { chosen, refused } = chooseOn(options, inspection.found);
  if (refused.length > 0) return { kind: 'refused', steps: looks, strangers: refused };
  const unmet = options.course && firstUnmet(options.steps, options.course, inspection.found);
  if (unmet) return { kind: 'unmet', steps: looks, ...unmet };
  if (options.dryRun) {
    return {
      kind: 'planned',
      steps: foreseen(options, inspection, looks).map(asAdopted(wouldAdopt(chosen))),
    };
  }
  if (options.adoption && chosen.length > 0) {
    const wanted = await options.adoption.confirm(chosen.map(({ stranger }) => stranger));
    return wanted ? adoptFirst(options, { chosen, looks }) : { kind: 'declined', steps: looks };
  }
  const changes = looks.some(({ id, outcome }) => outcome !== 'in-order' && isMade(options.course, id));
  // Who is asked may want nothing to be made: then nothing is written either.
  if (changes && !options.course?.ask) await options.beforeWriting();
  return make(options, inspection, looks);
}

/** The looks, with what is foreseen of those steps that turn out otherwise than they look. */
function foreseen<Env, Look>(
  { steps, course, adoption, envFor }: UpOptions<Env, Look>,
  { found }: Inspection,
  looks: readonly StepReport[],
): StepReport[] {
  return looks.map((look) => {
    const step = steps.find(({ id }) => id === look.id);
    // What stays by hand, and what is built on steps that are not made, stays as it looks.
    if (!step?.foresee || (look.outcome === 'by-hand' && !adoption)) return look;
    if (!step.needs.every((need) => isMade(course, need))) return look;
    const { outcome, remark } = step.foresee(envFor(step.id), pick(found, step.reads));
    if (outcome === 'unchanged' && look.outcome === 'in-order') return look;
    return { ...look, outcome, remark, differences: outcome === 'unchanged' ? [] : look.differences };
  });
}

/** As without a course, of the steps that are made; what these need besides is not adopted, and not built on either. */
function chooseOn<Env, Look>(
  options: UpOptions<Env, Look>,
  found: Inspection['found'],
): ReturnType<typeof choose> {
  const { course, steps, adoption } = options;
  if (!course) return choose(found, adoption);
  const of = (ids: Iterable<string>): Inspection['found'] =>
    new Map([...ids].flatMap((id) => [[id, found.get(id)] as const]).filter(isPresent));
  const { chosen, refused } = choose(of(course.made), adoption);
  return { chosen, refused: [...refused, ...choose(of(neededOutside(steps, course)), undefined).refused] };
}

const isPresent = <K, V>(entry: readonly [K, V | undefined]): entry is readonly [K, V] =>
  entry[1] !== undefined;

/** Makes the chosen things the lab's, and then brings it up as ever. */
async function adoptFirst<Env, Look>(
  options: UpOptions<Env, Look>,
  { chosen, looks }: { chosen: readonly Adoptee[]; looks: readonly StepReport[] },
): Promise<UpReport> {
  await options.beforeWriting();
  const done = await adoptAll(options, { chosen, chooseOf: (found) => chooseOn(options, found).chosen });
  const mark = asAdopted(done.adopted);
  if (options.signal.aborted) {
    const begun = new Set([...done.adopted.keys(), ...('step' in done ? [done.step] : [])]);
    const cut = looks.map((look) => (begun.has(look.id) ? notDone(look, begun) : look));
    return { kind: 'interrupted', steps: cut.map(mark) };
  }
  if ('error' in done) {
    return { kind: 'failed', steps: looks.map(mark), step: done.step, error: done.error };
  }
  const listener: Listener = (event) =>
    options.listener(event.kind === 'finished' ? { ...event, report: mark(event.report) } : event);
  const report = await bringUp({ ...options, adoption: undefined, listener }, done.inspection);
  return { ...report, steps: report.steps.map(mark) };
}

/** Tries what was made and looks at it for the last time, both at once. */
async function proved<Env, Look>(
  options: UpOptions<Env, Look>,
  report: Extract<UpReport, { kind: 'up' | 'part' }>,
): Promise<boolean> {
  const overtaken = new AbortController();
  const trying =
    report.kind === 'up'
      ? options.whenMade?.(report, AbortSignal.any([options.signal, overtaken.signal]))
      : undefined;
  const look = async (): Promise<boolean> => {
    let stand = false;
    try {
      stand = await allStand(options, report);
      return stand;
    } finally {
      // Where the look itself fails, nobody waits any more for what is tried.
      if (!stand) overtaken.abort();
    }
  };
  const [stand] = await Promise.all([look(), trying]);
  return stand;
}

/** Whether all that this run made, under names that AWS does not keep unique, is still what is to be used. */
async function allStand<Env, Look>(
  options: UpOptions<Env, Look>,
  report: Extract<UpReport, { kind: 'up' | 'part' }>,
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
