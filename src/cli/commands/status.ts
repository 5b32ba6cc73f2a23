import { canBeAdopted } from '../../engine/adopt.js';
import type { StepReport } from '../../engine/events.js';
import { status as lookAt, type StatusReport } from '../../engine/status.js';
import { LabError } from '../../lab-error.js';
import type { CommandResult, EarlyCommand } from '../command.js';
import type { Context } from '../context.js';
import { costOf } from '../cost.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { isCleanedUp, leftoverLines, leftoversOf } from '../leftovers.js';
import { locatedIn } from '../located.js';
import { toLabError } from '../render/error.js';
import { errorMembers, sayingMembers, stepMembers } from '../render/json.js';
import { locatedLines } from '../render/lines.js';
import { taughtLines, unreadLines } from '../render/teaching.js';
import type { Pen } from '../screen.js';
import { environmentFor, strangerAt, teach, willFail, type Saying } from '../teaching.js';
import { lookingOf } from '../walk.js';

export interface StatusOptions {
  readonly showKey: boolean;
}

/** Checks every step, whoever built it; says of each deviation what it means and how it is put right. Changes nothing. */
export const status: EarlyCommand<StatusOptions> = async (opening, { showKey }) => {
  const { screen } = opening.edge;
  const looking = lookAt(lookingOf(opening, () => undefined));
  const context = await opening.located;
  const report = await looking;
  if (report.interrupted) throw new LabError('interrupted', 'Interrupted before everything was read.');
  const leftovers = leftoversOf(context, report);
  const taught = leftovers.length > 0 ? new Map<string, Saying[]>() : teach(context, report);
  for (const step of report.steps) {
    for (const line of stepText(context, { report, step, sayings: taught.get(step.id) ?? [] }))
      screen.result(line);
  }
  const located = await locatedIn(context, report.things, { showKey });
  const cost = leftovers.length === 0 ? costOf(context, report.things) : undefined;
  const members = {
    steps: stepMembers(report.steps, (step) => taughtMembers(step, taught.get(step.id) ?? [], screen.out)),
    ...located,
    ...(leftovers.length === 0 ? {} : { leftovers }),
    ...cost?.members,
  };
  screen.result('');
  for (const line of locatedLines(located)) screen.result(line);
  if (cost) screen.result(screen.out.prose(cost.line, { hang: 12 }));
  const unread = notChecked(report, members);
  if (unread) return unread;
  const last =
    leftovers.length > 0
      ? leftoverLines(context, leftovers)
      : verdict(context, report, taught).map((each) => screen.out.prose(each));
  for (const line of last) screen.result(line);
  return { exitCode: report.ok ? EXIT.ok : EXIT.notInOrder, members };
};

function stepText(
  {
    edge: {
      screen: { out },
    },
  }: Context,
  { report, step, sayings }: { report: StatusReport; step: StepReport; sayings: readonly Saying[] },
): string[] {
  const lines = taughtLines(step, sayings, out);
  if (step.outcome === 'failed') return [...lines, ...unreadLines(toLabError(step.error), out)];
  if (step.outcome !== 'skipped') return lines;
  const unread = report.steps.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  const why = `      not checked: that needs what could not be read (${unread.join(', ')})`;
  return [...lines, out.prose(why, { hang: 8 })];
}

/** What `--json` has beside what it has of every step. */
function taughtMembers({ outcome, error }: StepReport, sayings: readonly Saying[], pen: Pen): object {
  return {
    ...(sayings.length === 0
      ? {}
      : { advice: sayings.map((each) => ({ isFault: each.isFault, ...sayingMembers(each, pen) })) }),
    ...(outcome === 'failed' ? { error: errorMembers(toLabError(error), pen) } : {}),
  };
}

/** The end where something could not be read: the rest was checked all the same. */
function notChecked({ steps }: StatusReport, members: object): CommandResult | undefined {
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  const [first] = failed;
  if (!first) return undefined;
  const { code, message, hint, call } = toLabError(first.error);
  const ids = failed.map(({ id }) => id).join(', ');
  const cause = failed.length === 1 ? message : `${ids} could not be checked; the first: ${message}`;
  const error = new LabError(code, cause, { hint, call, cause: first.error, step: first.id });
  return { exitCode: exitCodeOf(code), members: { ...members }, error };
}

function verdict(
  context: Context,
  report: StatusReport,
  taught: ReadonlyMap<string, readonly Saying[]>,
): string[] {
  const { steps } = report;
  if (steps.every(({ outcome }) => outcome === 'missing')) {
    return ['There is no lab here yet. Build it with `lab-setup up`.'];
  }
  const lines = [...taught.values()].flat().flatMap(({ advice }) => advice?.commands ?? []);
  return [
    inOneSentence(report),
    ...environmentFor(context, lines).map((line) => `Before the aws lines above: \`${line}\``),
  ];
}

function inOneSentence(report: StatusReport): string {
  const { ok, steps } = report;
  if (ok) return 'Every step is in order.';
  if (steps.some(({ outcome }) => outcome === 'by-hand')) {
    return `Not every step is in order. ${ofStrangers(report)}`;
  }
  if (steps.some(willFail)) {
    return 'The lab is not in order. `lab-setup up` alone would fail: see above how each is put right.';
  }
  // Who has followed the tutorial's own cleanup wants the rest gone, not the lab back.
  const removal = isCleanedUp({ steps }) ? ', or remove what there is of it with `lab-setup down`' : '';
  return `The lab is not in order. Put it right with \`lab-setup up\`${removal}.`;
}

function ofStrangers(report: StatusReport): string {
  const strangers = report.steps.flatMap(({ id }) => strangerAt(report, id) ?? []);
  const whose = strangers.every(({ owner }) => owner !== undefined)
    ? 'What is another lab’s is to stay as it is'
    : 'What was made by hand is yours to change';
  const adoption = strangers.every(canBeAdopted)
    ? ' To have it taken over and put right: `lab-setup up --adopt`'
    : '';
  return `${whose}; nothing was touched.${adoption}`;
}
