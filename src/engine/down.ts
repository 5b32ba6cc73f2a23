import type { AnyStep, Found, Swept } from '../tutorial/step.js';
import type { StepReport } from './events.js';
import { turned } from './graph.js';
import { inspectAll, pick, reportLooks, type Inspection } from './inspect.js';
import { walk } from './run.js';
import { headOf, isCutOff, notDone, type Walk } from './walk.js';

export type DownReport =
  /** Everything was read again afterwards: `clean` when nothing of ours is left. */
  | { readonly kind: 'down'; readonly steps: readonly StepReport[]; readonly clean: boolean }
  | { readonly kind: 'declined'; readonly steps: readonly StepReport[] }
  | {
      readonly kind: 'failed';
      readonly steps: readonly StepReport[];
      readonly step: string;
      readonly error: unknown;
    }
  | { readonly kind: 'interrupted'; readonly steps: readonly StepReport[] };

interface DownOptions<Env, Look> extends Walk<Env, Look> {
  /** A look that was begun before; without it `down` looks itself. */
  readonly looked?: Inspection | undefined;
  readonly confirm: (looks: readonly StepReport[]) => Promise<boolean>;
  /** Whether data that was there before it was adopted goes too. */
  readonly includeAdopted?: boolean;
}

/** The number under which is reported what outlives the things of the steps. */
const TEARDOWN_STEP = 12;

/**
 * Takes the lab down: looks at every step, asks `confirm` with what would be removed and kept, removes in reverse order what is
 * ours, sweeps up what outlives it, and looks at everything again.
 */
export async function down<Env, Look>(options: DownOptions<Env, Look>): Promise<DownReport> {
  const isInterrupted = (): boolean => options.signal.aborted;
  const before = options.looked ?? (await inspectAll(options));
  const looks = reportLooks(options, before);
  if (isInterrupted()) return { kind: 'interrupted', steps: looks };
  const [unseen] = before.failed;
  if (unseen) return { kind: 'failed', steps: looks, step: unseen[0], error: unseen[1] };
  const kept = keptOf(options, before);
  const intended = looks.map((look): StepReport => {
    const remark = kept.get(look.id);
    return remark === undefined ? look : { ...look, outcome: 'kept', remark };
  });
  if (!(await options.confirm(intended))) return { kind: 'declined', steps: looks };
  const removals = await removeAll(options, before, kept);
  const inOrder = looks.map((look) => removals.get(look.id) ?? look);
  const failure = [...removals.values()].find(({ outcome }) => outcome === 'failed');
  if (failure && !isInterrupted()) {
    return { kind: 'failed', steps: inOrder, step: failure.id, error: failure.error };
  }
  const swept = await sweepAll(options, before, looks);
  const receipt = isInterrupted() ? inOrder : await readAgain(options, inOrder);
  // Whoever interrupts the proof is told what was done, not that it could not be proved.
  if (isInterrupted()) return { kind: 'interrupted', steps: [...inOrder, ...swept] };
  const all = [...receipt, ...swept];
  const unread = all.find(({ error }) => error !== undefined);
  if (unread) return { kind: 'failed', steps: all, step: unread.id, error: unread.error };
  return { kind: 'down', steps: all, clean: all.every(isSettled) };
}

/** What the lab uses and stays all the same, with the reason for each step. */
function keptOf<Env, Look>(options: DownOptions<Env, Look>, { found }: Inspection): Map<string, string> {
  const { steps, envFor, includeAdopted = false } = options;
  const kept = new Map<string, string>();
  for (const step of steps) {
    const own = found.get(step.id);
    if (!step.keeps || !own || !('thing' in own) || own.state === 'by-hand') continue;
    const seen = pick(found, step.reads);
    const reason = step.keeps(envFor(step.id), { thing: own.thing, seen, includeAdopted });
    if (reason !== undefined) kept.set(step.id, reason);
  }
  return kept;
}

const isSettled = ({ outcome }: StepReport): boolean => outcome !== 'failed';

/** One report for each step whose turn came, if only to say that it was cut off. A failure leaves out only what must wait for the failed one. */
async function removeAll<Env, Look>(
  options: DownOptions<Env, Look>,
  before: Inspection,
  kept: ReadonlyMap<string, string>,
): Promise<Map<string, StepReport>> {
  const { steps, signal, listener } = options;
  const reports = new Map<string, StepReport>();
  const underWay = new Set<string>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const nodes = turned(steps.map(({ id, needs }) => ({ id, after: needs })));
  await walk(nodes, { onFailure: 'go-on', signal }, async (id) => {
    const step = byId.get(id);
    const found = before.found.get(id);
    if (!step || !found) return;
    underWay.add(id);
    const report = await removeOne(options, { step, found, before, kept: kept.get(id) });
    if (!report || isCutOff(report, signal)) return;
    reports.set(id, report);
    listener({ kind: 'finished', report });
    if (report.outcome === 'failed') throw report.error;
  });
  for (const step of steps) {
    if (underWay.has(step.id) && step.remove && !reports.has(step.id))
      reports.set(step.id, notDone(headOf(options, step), underWay));
  }
  for (const step of steps) {
    const holder = reports.get(step.partOf ?? '');
    if (!reports.has(step.id) && holder) {
      reports.set(step.id, partReport(headOf(options, step), holder));
    }
  }
  return reports;
}

/** A part goes with what holds it, and stays with it. */
function partReport(head: ReturnType<typeof headOf>, holder: StepReport): StepReport {
  const line = { ...head, differences: [], ms: 0 };
  if (holder.outcome === 'removed') return { ...line, outcome: 'removed', remark: `with the ${holder.id}` };
  if (holder.outcome === 'kept') return { ...line, outcome: 'kept' };
  return { ...line, outcome: 'skipped', remark: holder.remark };
}

async function removeOne<Env, Look>(
  options: DownOptions<Env, Look>,
  given: { step: AnyStep<Env, Look>; found: Found<unknown>; before: Inspection; kept: string | undefined },
): Promise<StepReport | undefined> {
  const { step, found, before, kept } = given;
  const line = { ...headOf(options, step), differences: [] };
  if (found.state === 'missing') return { ...line, outcome: 'absent', ms: 0 };
  if (found.state === 'by-hand') {
    const owner = found.strangers[0]?.owner;
    return { ...line, outcome: 'kept', remark: owner ?? 'made by hand', owner, ms: 0 };
  }
  if (kept !== undefined) return { ...line, outcome: 'kept', remark: kept, ms: 0 };
  if (!step.remove) return undefined;
  const start = options.clock.now();
  const ms = (): number => options.clock.now() - start;
  options.listener({ kind: 'started', step: step.id });
  try {
    const { outcome, remark, left } = await step.remove(options.envFor(step.id), {
      thing: 'thing' in found ? found.thing : undefined,
      seen: pick(before.found, step.reads),
    });
    return { ...line, outcome, remark, left, ms: ms() };
  } catch (error) {
    return { ...line, outcome: 'failed', error, ms: ms() };
  }
}

async function sweepAll<Env, Look>(
  options: Walk<Env, Look>,
  before: Inspection,
  looks: readonly StepReport[],
): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (const step of options.steps) {
    if (!step.sweep) continue;
    const name = step.leaves?.(options.lookFor(step.id)) ?? `What ${step.id} leaves behind`;
    const head = { number: TEARDOWN_STEP, id: 'teardown', name };
    const found = before.found.get(step.id);
    if (options.signal.aborted) {
      // What a thing in order leaves behind is there; whether another did was not looked at.
      const isSeen = looks.some(({ id, outcome }) => id === step.id && outcome === 'in-order');
      reports.push(isSeen ? { ...head, outcome: 'in-order', differences: [], ms: 0 } : notDone(head));
      continue;
    }
    const thing = found && 'thing' in found && found.state !== 'by-hand' ? found.thing : undefined;
    const report = await sweepOne(options, head, step.sweep(options.envFor(head.id), thing));
    reports.push(isCutOff(report, options.signal) ? notDone(head, new Set([head.id])) : report);
  }
  for (const report of reports) options.listener({ kind: 'finished', report });
  return reports;
}

async function sweepOne<Env, Look>(
  { clock }: Walk<Env, Look>,
  head: ReturnType<typeof headOf>,
  sweeping: Promise<Swept>,
): Promise<StepReport> {
  const start = clock.now();
  const line = { ...head, differences: [] };
  try {
    const { outcome, remark } = await sweeping;
    return { ...line, outcome, remark, ms: clock.now() - start };
  } catch (error) {
    return { ...line, outcome: 'failed', error, ms: clock.now() - start };
  }
}

/** AWS may show what was deleted for some time yet (aws-facts 2.3, 3.4). */
const PROOF_BUDGET_MS = 60_000;
const PROOF_PAUSE_MS = 2_000;

/**
 * The proof: what is reported as removed or absent must not be found any more. Only what was removed is waited for:
 * where there was nothing before, another run has made something since.
 */
async function readAgain<Env, Look>(
  options: Walk<Env, Look>,
  reports: readonly StepReport[],
): Promise<readonly StepReport[]> {
  const end = options.clock.now() + PROOF_BUDGET_MS;
  for (;;) {
    const after = await inspectAll(options);
    const late = reports.find((report) => report.outcome === 'removed' && !isProved(report, after));
    if (!late || options.signal.aborted || options.clock.now() + PROOF_PAUSE_MS > end) {
      return reports.map((report) => (isProved(report, after) ? report : unproved(report, after)));
    }
    options.listener({ kind: 'note', step: late.id, text: 'waiting until AWS shows that it is gone' });
    await options.clock.sleep(PROOF_PAUSE_MS, options.signal).catch(() => undefined);
  }
}

function isProved({ id, outcome }: StepReport, after: Inspection): boolean {
  const state = after.found.get(id)?.state;
  return (outcome !== 'removed' && outcome !== 'absent') || state === 'missing' || state === 'by-hand';
}

function unproved(report: StepReport, after: Inspection): StepReport {
  const seen =
    report.outcome === 'absent' ? 'made meanwhile, by another run' : 'still there when it was read again';
  const remark = after.found.has(report.id) ? seen : 'could not be read again';
  return { ...report, outcome: 'failed', remark, error: after.failed.get(report.id) };
}
