import type { Found, Stranger } from '../tutorial/step.js';
import type { StepReport } from './events.js';
import { inspectAll, type Inspection } from './inspect.js';
import type { Walk } from './walk.js';

/** Which things by hand `up` may take over, and who is asked before. */
export interface Adoption {
  /** Of several of one name, those that are meant. */
  readonly ids: readonly string[];
  readonly confirm: (strangers: readonly Stranger[]) => Promise<boolean>;
}

/** A thing by hand that a step is to take over. */
export interface Adoptee {
  readonly step: string;
  readonly stranger: Stranger;
}

/** What is to be adopted of all that was found by hand, and what stands in the way. */
export function choose(
  found: Inspection['found'],
  adoption: Adoption | undefined,
): { readonly chosen: readonly Adoptee[]; readonly refused: readonly Stranger[] } {
  const chosen: Adoptee[] = [];
  const refused: Stranger[] = [];
  for (const [step, each] of found) {
    const strangers = each.state === 'by-hand' ? each.strangers : [];
    const meant = adoption && oneOf(strangers, adoption.ids);
    if (meant) chosen.push({ step, stranger: meant });
    else refused.push(...strangers);
    if (adoption) chosen.push(...besides(each).map((stranger) => ({ step, stranger })));
  }
  return { chosen, refused };
}

/** The one that can be adopted; of several the one whose id was given. */
function oneOf(strangers: readonly Stranger[], ids: readonly string[]): Stranger | undefined {
  const meant = strangers.length > 1 ? strangers.filter(({ id }) => ids.includes(id)) : strangers;
  return meant.length === 1 ? meant.find(canBeAdopted) : undefined;
}

/** Whether nothing speaks against adopting it. */
export const canBeAdopted = ({ owner, unfit }: Stranger): boolean =>
  owner === undefined && unfit === undefined;

const besides = (found: Found<unknown>): Stranger[] => (found.beside ?? []).filter(canBeAdopted);

/** What would be adopted, as a remark for each step. */
export function wouldAdopt(chosen: readonly Adoptee[]): ReadonlyMap<string, string> {
  const remarks = new Map<string, string>();
  for (const { step, stranger } of chosen) addRemark(remarks, step, `would adopt ${stranger.what}`);
  return remarks;
}

/** A step may adopt several things: the role its policies, the function its log group. */
function addRemark(remarks: Map<string, string>, step: string, remark: string | undefined): void {
  remarks.set(step, [remarks.get(step), remark].filter(Boolean).join('; '));
}

/** AWS may go on for some time showing a thing without the tags that it was just given. */
const SIGHT_BUDGET_MS = 60_000;
const SIGHT_PAUSE_MS = 2_000;

/** What is to be adopted first, and what of all that is found then. */
interface Wanted {
  readonly chosen: readonly Adoptee[];
  readonly chooseOf: (found: Inspection['found']) => readonly Adoptee[];
}

/**
 * Lets each step adopt its things and looks at everything again, until AWS shows whose they are. What only then comes into
 * sight goes with what holds it: the stage of an API that was one of several.
 * @returns what was adopted, as a remark for each step
 */
export async function adoptAll<Env, Look>(
  options: Walk<Env, Look>,
  { chosen, chooseOf }: Wanted,
): Promise<
  | { readonly adopted: ReadonlyMap<string, string>; readonly inspection: Inspection }
  | { readonly adopted: ReadonlyMap<string, string>; readonly step: string; readonly error: unknown }
> {
  const adopted = new Map<string, string>();
  const ids = new Set<string>();
  const readsAdopted = (step: string): boolean =>
    options.steps.some(({ id, reads }) => id === step && reads.some((each) => adopted.has(each)));
  for (let next = chosen; ;) {
    const failure = await adoptEach(options, next, adopted);
    if (failure) return { adopted, ...failure };
    for (const { stranger } of next) ids.add(stranger.id);
    const inspection = await lookUntilShown(options, ids);
    next = chooseOf(inspection.found).filter(
      ({ step, stranger }) => !ids.has(stranger.id) && readsAdopted(step),
    );
    if (next.length === 0 || options.signal.aborted) return { adopted, inspection };
  }
}

/** Adopts these, one after another, and adds to `adopted` what is to be said of their steps. */
async function adoptEach<Env, Look>(
  options: Walk<Env, Look>,
  chosen: readonly Adoptee[],
  adopted: Map<string, string>,
): Promise<{ readonly step: string; readonly error: unknown } | undefined> {
  for (const { step: id, stranger } of chosen) {
    if (options.signal.aborted) return undefined;
    const step = options.steps.find((each) => each.id === id);
    options.listener({ kind: 'started', step: id });
    try {
      const done = await step?.adopt?.(options.envFor(id), stranger);
      addRemark(adopted, id, done?.remark);
    } catch (error) {
      return { step: id, error };
    }
  }
  return undefined;
}

async function lookUntilShown<Env, Look>(
  options: Walk<Env, Look>,
  ids: ReadonlySet<string>,
): Promise<Inspection> {
  const { clock, signal } = options;
  const end = clock.now() + SIGHT_BUDGET_MS;
  for (;;) {
    const inspection = await inspectAll(options);
    const strangers = [...inspection.found.values()].flatMap((found) => [
      ...(found.state === 'by-hand' ? found.strangers : []),
      ...besides(found),
    ]);
    const shown = !strangers.some(({ id }) => ids.has(id));
    if (shown || signal.aborted || clock.now() + SIGHT_PAUSE_MS > end) return inspection;
    await clock.sleep(SIGHT_PAUSE_MS, signal).catch(() => undefined);
  }
}

/** The report of a step that adopted something: it was put right, if only by its tag. */
export const asAdopted =
  (remarks: ReadonlyMap<string, string>) =>
  (report: StepReport): StepReport => {
    const adopted = remarks.get(report.id);
    if (adopted === undefined) return report;
    const remark =
      report.remark?.startsWith(adopted) === true
        ? report.remark
        : [adopted, report.remark].filter(Boolean).join('; ');
    const isInOrder = report.outcome === 'unchanged' || report.outcome === 'in-order';
    return { ...report, outcome: isInOrder ? 'repaired' : report.outcome, remark };
  };
