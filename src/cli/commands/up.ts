import type { StepReport } from '../../engine/events.js';
import { up as bringUp, type UpReport } from '../../engine/up.js';
import { LabError } from '../../lab-error.js';
import type { Things } from '../../tutorial/step.js';
import type { Command, CommandResult } from '../command.js';
import { endpointOf, type Context } from '../context.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { writeRecord } from '../home.js';
import { keyValue, labFlag, urlOf } from '../located.js';
import { toLabError } from '../render/error.js';
import { stepMembers } from '../render/json.js';
import { differenceText, stepLabel } from '../render/lines.js';
import { createProgress } from '../render/progress.js';
import { interrupted, tellWhatNow } from '../render/next.js';
import { verify } from '../verify.js';
import { STEP_IDS, walkOf } from '../walk.js';

export interface UpOptions {
  /** Print what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Ask the endpoint at the end. */
  readonly verify: boolean;
  readonly showKey: boolean;
}

/** Brings the lab up; run again, it repairs. */
export const up: Command<UpOptions> = async (context, options) => {
  refuseElsewhere(context);
  warnOfWidePolicy(context);
  const progress = await createProgress(context.edge.screen, STEP_IDS);
  let report: UpReport;
  try {
    report = await bringUp({
      ...walkOf(context, progress.listener),
      dryRun: options.dryRun,
      beforeWriting: () => remember(context),
    });
  } finally {
    progress.end();
  }
  return report.kind === 'up' ? finish(context, report, options) : unfinished(context, report);
};

/** A second lab of one name, while the first stands somewhere else, would be forgotten by the commands that follow. */
function refuseElsewhere({ record, target, place, lab }: Context): void {
  if (!record) return;
  const here = [target.kind, endpointOf(target), place.account, place.region];
  const there = [record.target, record.endpoint, record.account, record.region];
  if (here.every((part, index) => part === there[index])) return;
  const name = (parts: readonly (string | undefined)[]): string =>
    `${parts.slice(0, 2).filter(Boolean).join(' ')} (account ${parts[2] ?? ''}, region ${parts[3] ?? ''})`;
  throw new LabError(
    'wrong-place',
    `The lab ${lab.name} is up on ${name(there)}; this would be ${name(here)}.`,
    {
      hint: `Take it down there first (\`lab-setup down${labFlag(lab.name)}\`), or name another lab with --lab.`,
    },
  );
}

function warnOfWidePolicy({ lab, target, edge }: Context): void {
  if (lab.options.policy !== 'tutorial' || target.kind !== 'aws') return;
  edge.screen.complain(
    'Warning: --policy tutorial lets the function, and so whoever has the API key, reach every table of this account and region.',
  );
}

function remember({ edge, lab, target, place }: Context): Promise<void> {
  const endpoint = endpointOf(target);
  return writeRecord(edge.home, lab.name, {
    schemaVersion: 1,
    target: target.kind,
    account: place.account,
    region: place.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(target.profile === undefined ? {} : { profile: target.profile }),
  });
}

async function finish(
  context: Context,
  report: Extract<UpReport, { kind: 'up' }>,
  options: UpOptions,
): Promise<CommandResult> {
  const api = thing(report.things, 'api');
  const key = thing(report.things, 'key');
  const invokeUrl = urlOf(context, api.id);
  // A lab that was in order keeps what an earlier run forgot: a record that was deleted, say.
  if (!context.record) await remember(context);
  const members = { steps: stepMembers(report.steps), invokeUrl };
  const apiKey = options.showKey || options.verify ? await keyValue(context, key.id) : '';
  const shown = options.showKey ? { apiKey } : {};
  if (options.verify) {
    const error = await verify(context, { url: invokeUrl, apiKey });
    if (error) return { exitCode: exitCodeOf(error.code), members: { ...members, ...shown }, error };
  }
  tellWhatNow(context, { invokeUrl, apiKey: options.showKey ? apiKey : undefined });
  return { exitCode: EXIT.ok, members: { ...members, ...shown } };
}

/** What the steps learned is typed by step; the walk carries it untyped. */
function thing<Id extends keyof Things>(things: ReadonlyMap<string, unknown>, id: Id): Things[Id] {
  return things.get(id) as Things[Id];
}

function unfinished(context: Context, report: Exclude<UpReport, { kind: 'up' }>): CommandResult {
  const { screen } = context.edge;
  const members = { steps: stepMembers(report.steps) };
  switch (report.kind) {
    case 'planned':
      for (const line of planLines(report.steps)) screen.result(line);
      return { exitCode: EXIT.ok, members };
    case 'refused': {
      const names = report.strangers.map(({ what }) => what).join(', ');
      const error = new LabError(
        'made-by-hand',
        `Made by hand, not by lab-setup: ${names}. Nothing was touched.`,
        {
          hint: 'Delete or rename what you no longer need, or build beside it: lab-setup up --lab NAME',
        },
      );
      return { exitCode: EXIT.failed, members, error };
    }
    case 'failed': {
      const error = toLabError(report.error).inStep(report.step);
      return { exitCode: exitCodeOf(error.code), members, error };
    }
    case 'interrupted':
      return {
        exitCode: EXIT.interrupted,
        members,
        error: interrupted(report.steps, labFlag(context.lab.name)),
      };
  }
}

/** The plan, from the same differences that `up` would put right. */
function planLines(steps: readonly StepReport[]): string[] {
  return steps.flatMap((step) => [
    `${stepLabel(step)} ${PLANNED[step.outcome] ?? step.outcome}`,
    ...step.differences.map((each) => `      ${differenceText(each)}`),
  ]);
}

const PLANNED: Readonly<Partial<Record<StepReport['outcome'], string>>> = {
  missing: 'would be created',
  drifted: 'would be repaired',
  'in-order': 'would be left as it is',
};
