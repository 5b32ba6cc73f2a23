/** What `status` teaches: of each deviation what it means, and how it is put right by whoever made the thing. */
import type { StepReport } from '../engine/events.js';
import type { StatusReport } from '../engine/status.js';
import { adviceFor, type Advice } from '../tutorial/advice/advise.js';
import type { Facts } from '../tutorial/advice/entry.js';
import type { Difference, StepId, Stranger } from '../tutorial/step.js';
import { STEPS } from '../tutorial/steps/index.js';
import type { Context } from './context.js';
import { awsCommand, isAwsLine } from './render/aws-line.js';
import { thingIn } from './thing-in.js';

/** Which lab, and where. */
type Where = Pick<Context, 'lab' | 'place' | 'target'>;

/** One thing to be said of a step. */
export interface Saying {
  /** Undefined where the whole thing is missing. */
  readonly difference: Difference | undefined;
  /** False for what works, and is only worth a word. */
  readonly isFault: boolean;
  readonly advice: Cure | undefined;
}

/** What a deviation means, and how it is put right. */
export interface Cure extends Omit<Advice, 'calls' | 'before'> {
  /** Lines to type. */
  readonly commands: readonly string[];
}

/** What is to be said of each step; nothing of one that is in order, or that only waits for another. */
export function teach(context: Where, report: StatusReport): ReadonlyMap<string, readonly Saying[]> {
  const facts = factsOf(context, report);
  const isMissing = new Set(report.steps.filter(({ outcome }) => outcome === 'missing').map(({ id }) => id));
  // Of several things of one name nobody can tell which is meant, and so not what it holds; another lab's is not to be built on.
  const isUnclear = (id: string): boolean =>
    ((report.strangers.get(id)?.length ?? 0) > 1 && report.things.get(id) === undefined) ||
    strangerAt(report, id)?.owner !== undefined;
  const nothingYet = isMissing.size === report.steps.length;
  const cannotRun = runsNowhereHere(context, report);
  return new Map(
    STEPS.map((step): [string, Saying[]] => {
      const own = report.steps.find(({ id }) => id === step.id);
      if (!own || nothingYet) return [step.id, []];
      const waits = step.needs.some((each) => isMissing.has(each) || isUnclear(each));
      const say = (about: Difference | 'missing', isFault: boolean): Saying => ({
        difference: about === 'missing' ? undefined : about,
        isFault,
        advice: curedBy(context, report, {
          step: own,
          isFault,
          isGivenRole: step.id === 'role' && about !== 'missing' && about.stays === true,
          advice: adviceFor(step.id, about, facts),
        }),
      });
      if (isMissing.has(step.id)) return [step.id, waits ? [] : [say('missing', true)]];
      return [
        step.id,
        [
          ...own.differences.map((each) => say(each, true)),
          ...(own.tolerated ?? []).map((each) => say(each, false)),
          ...(step.id === 'function' && cannotRun ? [cannotRun] : []),
        ],
      ];
    }),
  );
}

/** What bears the name of a step's thing and is not the lab's; what stands beside it is none of that. */
export const strangerAt = ({ steps, strangers }: StatusReport, id: string): Stranger | undefined =>
  steps.some((step) => step.id === id && step.outcome === 'by-hand') ? strangers.get(id)?.[0] : undefined;

/**
 * The advice with the command that fits whose thing it is: what lab-setup made is put right by `up`, which refuses while
 * something by hand bears one of the lab's names unless it may adopt it; what was made by hand by a line for the aws CLI.
 */
function curedBy(
  where: Where,
  report: StatusReport,
  {
    step,
    isFault,
    isGivenRole,
    advice,
  }: { step: StepReport; isFault: boolean; isGivenRole: boolean; advice: Advice | undefined },
): Cure | undefined {
  if (!advice) return undefined;
  const { calls, before, ...rest } = advice;
  const someByHand = [...report.strangers.values()].some((each) => each.length > 0);
  // A role that was given is never put right by `up`: another one can be given.
  const up = `lab-setup up${someByHand ? ' --adopt' : ''}${isGivenRole ? ' --role-arn ARN' : ''}`;
  const isOurs = step.outcome === 'drifted' || step.outcome === 'in-order' || !someByHand;
  // `up` deletes no table, whoever made it.
  const own = isOurs ? calls.filter(({ operation }) => operation === 'DeleteTable') : calls;
  const first = own.length > 0 ? before.map((each) => `lab-setup ${each}`) : [];
  const lines = [...first, ...own.map((call) => awsCommand(call, where))];
  // And it leaves alone what is only worth a word, and what is another lab's.
  const isAnothers = strangerAt(report, step.id)?.owner !== undefined;
  const byUp = isFault && !isAnothers && (isOurs || lines.length === 0) ? [up] : [];
  return { ...rest, commands: [...lines, ...byUp] };
}

/** Whether `up` would fail at a step, as it cannot put right what differs there. */
export const willFail = ({ outcome, differences }: StepReport): boolean =>
  outcome === 'drifted' && differences.some(({ stays }) => stays);

/**
 * What to type to put all of this right, in this order. A line that several need comes once, where the last of them needs it: a
 * deployment comes after all that it is to make live.
 */
export function cureOf(where: Pick<Where, 'target'>, sayings: readonly Saying[]): string[] {
  const lines = sayings.flatMap(({ advice }) => advice?.commands ?? []);
  const once = lines.filter((line, index) => !lines.includes(line, index + 1));
  return [...environmentFor(where, once), ...once];
}

/** The line that points the aws CLI at the local AWS, where one of these needs it. */
export function environmentFor({ target }: Pick<Where, 'target'>, lines: readonly string[]): string[] {
  const isNeeded = target.kind === 'local' && lines.some(isAwsLine);
  return isNeeded ? ['eval "$(lab-setup env)"'] : [];
}

/** The runtimes that the local AWS runs. */
const RUN_HERE = /^(nodejs|provided)/;

/** Said of a function by hand that would run well in a real account. */
function runsNowhereHere({ lab, target }: Where, { steps, things }: StatusReport): Saying | undefined {
  const runtime = thingIn(things, 'function')?.runtime;
  const byHand = steps.some(({ id, outcome }) => id === 'function' && outcome === 'by-hand');
  if (target.kind !== 'local' || !byHand || runtime === undefined || RUN_HERE.test(runtime)) return undefined;
  return {
    difference: undefined,
    isFault: false,
    advice: {
      why: `The local AWS cannot run ${runtime}: it runs Node.js and custom runtimes alone. All else of the function was checked.`,
      console: `Lambda > Functions > ${lab.function.name} > Code: write it for nodejs24.x; or run it in a real account (--target aws)`,
      commands: ['lab-setup up --adopt'],
      stops: ['runtime'],
    },
  };
}

function factsOf({ lab, place }: Where, { things }: StatusReport): Facts {
  const ids: readonly StepId[] = STEPS.map(({ id }) => id);
  return { lab, place, things: Object.fromEntries(ids.map((id) => [id, thingIn(things, id)])) };
}
