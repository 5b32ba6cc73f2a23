import { isDeepStrictEqual } from 'node:util';
import type { Listener, StepReport } from '../../engine/events.js';
import { inspectAll } from '../../engine/inspect.js';
import { up as bringUp, type UpReport } from '../../engine/up.js';
import { isGone } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import { adoptionOf, refusal, type AdoptOptions } from '../adoption.js';
import type { CommandResult, EarlyCommand } from '../command.js';
import type { Context } from '../context.js';
import { costOf } from '../cost.js';
import type { ChosenCourse } from '../course.js';
import { createGuide } from '../guide.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { isAt, placeText, writeRecord } from '../home.js';
import { labName } from '../lab-name.js';
import { keyValue, locatedIn, urlOf } from '../located.js';
import { toLabError } from '../render/error.js';
import { stepMembers } from '../render/json.js';
import { differenceLines, stepLabel } from '../render/lines.js';
import { createProgress } from '../render/progress.js';
import { choicesIn, interrupted, tellPart, tellWhatNow, unmet } from '../render/next.js';
import type { Pen } from '../screen.js';
import { sayVerified, verify, type Verified } from '../verify.js';
import { willFail } from '../teaching.js';
import { thingIn } from '../thing-in.js';
import { lookingOf, STEP_IDS, walkOf } from '../walk.js';

export interface UpOptions extends AdoptOptions {
  /** Not all steps, or one at a time. */
  readonly course: ChosenCourse | undefined;
  /** Ask the endpoint at the end. */
  readonly verify: boolean;
  readonly showKey: boolean;
}

/** Brings the lab up; run again, it repairs. */
export const up: EarlyCommand<UpOptions> = async (opening, options) => {
  let hear: Listener = () => undefined;
  const looking = inspectAll(lookingOf(opening, (event) => hear(event)));
  const context = await opening.located;
  refuseElsewhere(context);
  warnOfWidePolicy(context);
  const { course } = options;
  const guide = course?.asks === true ? await createGuide(context) : undefined;
  const progress = guide ?? (await createProgress(context.edge, [...(course?.made ?? STEP_IDS)]));
  hear = progress.listener;
  context.onWait((text) => progress.listener({ kind: 'note', step: 'aws', text }));
  let report: UpReport;
  let reached: Reached | undefined;
  try {
    report = await bringUp({
      ...walkOf(context, progress.listener),
      looked: await looking,
      dryRun: options.dryRun,
      isOvertaken: isGone,
      adoption: adoptionOf(context, options, () => progress.end()),
      beforeWriting: () => remember(context),
      course: course && { made: course.made, ask: guide?.ask },
      whenMade: async (made, signal) => {
        const note = (text: string): void => progress.listener({ kind: 'note', step: 'endpoint', text });
        progress.busy('asking the endpoint');
        reached = await reach(context, made, { options, signal, note });
      },
    });
  } finally {
    progress.end();
  }
  if (guide?.interrupted() === true) {
    return unfinished(context, { kind: 'interrupted', steps: report.steps }, options);
  }
  if (report.kind === 'part') return partly(context, report, options);
  if (report.kind !== 'up') return unfinished(context, report, options);
  if (!reached) throw new Error('the engine did not say that all is made');
  return finish(context, report, { options, reached });
};

/** A second lab of one name, while the first stands somewhere else, would be forgotten by the commands that follow. */
function refuseElsewhere({ record, here, lab }: Context): void {
  if (!record || isAt(record, here)) return;
  const [found, meant] = [placeText(record), placeText(here)];
  const message = `The lab${labName(lab.name)} is up on ${found}; this would be on ${meant}.`;
  throw new LabError('wrong-place', message, {
    hint: `Take it down there first (\`lab-setup down --target ${record.target}\`), or name another lab with --lab.`,
  });
}

function warnOfWidePolicy({ lab, target, edge }: Context): void {
  if (lab.options.policy !== 'tutorial' || target.kind !== 'aws') return;
  edge.screen.complain(
    edge.screen.err.prose(
      'Warning: --policy tutorial lets the function, and so whoever has the API key, reach every table of this account and region.',
    ),
  );
}

const remember = ({ edge, lab, here }: Context): Promise<void> => writeRecord(edge.home, lab.name, here);

/** The endpoint of the lab that was made, and what came of asking it. */
interface Reached {
  readonly invokeUrl: string;
  /** Undefined where nobody needs it. */
  readonly apiKey: string | undefined;
  /** Undefined with `--no-verify`. */
  readonly verified: Verified | undefined;
}

async function reach(
  context: Context,
  { things, steps }: Extract<UpReport, { kind: 'up' }>,
  how: { options: UpOptions; signal: AbortSignal; note: (text: string) => void },
): Promise<Reached> {
  const { options, signal, note } = how;
  const api = thingIn(things, 'api');
  const key = thingIn(things, 'key');
  if (!api || !key) throw new LabError('failed', 'The lab came up without an API or a key.');
  const invokeUrl = urlOf(context, api, thingIn(things, 'deployment'));
  if (!options.verify && !options.showKey) return { invokeUrl, apiKey: undefined, verified: undefined };
  const apiKey = thingIn(things, 'usage-plan')?.keyValue?.reveal() ?? (await keyValue(context, key.id));
  const verified = options.verify
    ? await verify(context, { url: invokeUrl, apiKey, isPlanNew: isPlanNew(steps) }, { signal, note })
    : undefined;
  return { invokeUrl, apiKey, verified };
}

const isPlanNew = (steps: readonly StepReport[]): boolean =>
  steps.some(({ id, outcome }) => id === 'usage-plan' && outcome !== 'unchanged');

async function finish(
  context: Context,
  report: Extract<UpReport, { kind: 'up' }>,
  { options, reached }: { options: UpOptions; reached: Reached },
): Promise<CommandResult> {
  const { invokeUrl, verified } = reached;
  const apiKey = options.showKey ? reached.apiKey : undefined;
  // Of a lab that was in order nothing has been written: the record was deleted, say, or its profile bears another name now.
  if (!isDeepStrictEqual(context.record, context.here)) await remember(context);
  const members = {
    steps: stepMembers(report.steps),
    invokeUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  const error = verified && sayVerified(context, invokeUrl, verified);
  if (error) return { exitCode: exitCodeOf(error.code), members, error };
  const cost = costOf(context, report.things);
  tellWhatNow(context, { invokeUrl, apiKey, cost: cost?.line });
  return { exitCode: EXIT.ok, members: { ...members, ...cost?.members } };
}

async function partly(
  context: Context,
  report: Extract<UpReport, { kind: 'part' }>,
  options: UpOptions,
): Promise<CommandResult> {
  const located = await locatedIn(context, report.things, options);
  tellPart(context, report, located);
  return { exitCode: EXIT.ok, members: { steps: stepMembers(report.steps), ...located } };
}

function unfinished(
  context: Context,
  report: Exclude<UpReport, { kind: 'up' | 'part' }>,
  options: UpOptions,
): CommandResult {
  const { screen } = context.edge;
  const { course } = options;
  const members = { steps: stepMembers(report.steps) };
  switch (report.kind) {
    case 'unmet':
      return { exitCode: EXIT.failed, members, error: unmet(context, report) };
    case 'planned':
      tellPlan(
        context,
        report.steps.filter(({ id }) => course?.made.has(id) ?? true),
      );
      return { exitCode: EXIT.ok, members };
    case 'refused':
      return { exitCode: EXIT.failed, members, error: refusal(context, report.strangers, options) };
    case 'declined':
      screen.result('Nothing was touched.');
      return { exitCode: EXIT.failed, members };
    case 'failed': {
      const notBegun = report.steps.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => id);
      if (notBegun.length > 0) screen.progress(screen.err.prose(`    Not begun: ${notBegun.join(', ')}`));
      const error = withRoleArn(toLabError(report.error).inStep(report.step));
      return { exitCode: exitCodeOf(error.code), members, error };
    }
    case 'interrupted':
      return {
        exitCode: EXIT.interrupted,
        members,
        error: interrupted(report.steps, sameAgain(context, options)),
      };
  }
}

/** As little of the lab as was meant, and a plan again where none of it was. */
const sameAgain = (context: Context, { adopt, course, dryRun }: UpOptions): string =>
  `up${course?.flags ?? ''}${dryRun ? ' --dry-run' : ''}${adopt ? ' --adopt' : ''}${choicesIn(context)}`;

/** Whoever may make no role can use one that exists. */
function withRoleArn(error: LabError): LabError {
  const { code, message, call, step, hint = '', cause } = error;
  if (code !== 'denied' || call !== 'iam:CreateRole') return error;
  const wayOut = `${hint}\n      Or use a role that exists: \`lab-setup up --role-arn ARN\``;
  return new LabError(code, message, { hint: wayOut, call, cause, ...(step === undefined ? {} : { step }) });
}

function tellPlan({ edge: { screen } }: Context, steps: readonly StepReport[]): void {
  for (const line of planLines(steps, screen.out)) screen.result(line);
  if (screen.voice === 'quiet') return;
  screen.result('');
  screen.result(screen.out.prose(`Nothing was done${afterPlan(steps)}`));
}

function afterPlan(steps: readonly StepReport[]): string {
  const isInOrder = steps.every(({ outcome }) => outcome === 'in-order' || outcome === 'unchanged');
  if (isInOrder) return ', and nothing is to be done.';
  const inTheWay = steps.filter(willFail).map(({ id }) => id);
  return inTheWay.length > 0
    ? `. It would fail at ${inTheWay.join(' and ')}: put that right first.`
    : '. To have it done, type the same command without --dry-run.';
}

/** The plan, from the same differences that `up` would put right. */
function planLines(steps: readonly StepReport[], pen: Pen): string[] {
  return steps.flatMap((step) => {
    const remark = step.remark === undefined ? '' : `  (${step.remark})`;
    const planned = willFail(step) ? 'would fail' : (PLANNED[step.outcome] ?? step.outcome);
    const line = `${stepLabel(step)} ${planned}${remark}`;
    return [pen.prose(line, { hang: 6 }), ...differenceLines(step, pen)];
  });
}

const PLANNED: Readonly<Partial<Record<StepReport['outcome'], string>>> = {
  missing: 'would be created',
  drifted: 'would be repaired',
  repaired: 'would be repaired',
  'in-order': 'would be left as it is',
  unchanged: 'would be left as it is',
  'by-hand': 'made by hand',
};
