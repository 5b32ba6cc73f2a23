import type { StepReport } from '../../engine/events.js';
import { status as lookAt } from '../../engine/status.js';
import { LabError } from '../../lab-error.js';
import { adviceFor } from '../../tutorial/advice.js';
import { STEPS } from '../../tutorial/steps/index.js';
import type { Command } from '../command.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { leftoverLines, leftoversOf } from '../leftovers.js';
import { keyValue, labFlag, urlOf } from '../located.js';
import { toLabError } from '../render/error.js';
import { stepMembers } from '../render/json.js';
import { stepLines } from '../render/lines.js';
import { thingIn, walkOf } from '../walk.js';

export interface StatusOptions {
  readonly showKey: boolean;
}

/** Checks every step, whoever built it, and names what is missing or wrong. Changes nothing. */
export const status: Command<StatusOptions> = async (context, { showKey }) => {
  const { screen } = context.edge;
  const report = await lookAt(walkOf(context, () => undefined));
  if (report.interrupted) throw new LabError('interrupted', 'Interrupted before everything was read.');
  const leftovers = leftoversOf(context, report);
  const advises = leftovers.length === 0 && report.steps.some(({ outcome }) => outcome === 'by-hand');
  for (const step of report.steps) {
    const advice = advises ? adviceLines(step) : [];
    for (const line of [...stepLines(step, screen.style.out), ...advice]) screen.result(line);
  }
  const api = thingIn(report.things, 'api');
  const key = thingIn(report.things, 'key');
  const stage = thingIn(report.things, 'deployment');
  const invokeUrl = api && stage && urlOf(context, api, stage);
  const apiKey = showKey && key ? await keyValue(context, key.id) : undefined;
  const members = {
    steps: stepMembers(report.steps),
    ...(invokeUrl === undefined ? {} : { invokeUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(leftovers.length === 0 ? {} : { leftovers }),
  };
  screen.result('');
  if (invokeUrl !== undefined) screen.result(`Invoke URL  ${invokeUrl}`);
  if (apiKey !== undefined) screen.result(`API key     ${apiKey}`);
  const failed = report.steps.find(({ outcome }) => outcome === 'failed');
  if (failed) {
    const error = toLabError(failed.error).inStep(failed.id);
    return { exitCode: exitCodeOf(error.code), members, error };
  }
  const last =
    leftovers.length > 0
      ? leftoverLines(context, leftovers)
      : [verdict(report.ok, report.steps, labFlag(context.lab.name))];
  for (const line of last) screen.result(screen.asTyped(line));
  return { exitCode: report.ok ? EXIT.ok : EXIT.notInOrder, members };
};

/** What to click in the console, for a lab that was built by hand. */
function adviceLines({ id, outcome, differences }: StepReport): string[] {
  const step = STEPS.find((each) => each.id === id);
  const advice =
    outcome === 'missing' && step ? [`${step.title}: ${step.console}`] : adviceFor(id, differences);
  return advice.map((each) => `      → ${each}`);
}

function verdict(ok: boolean, steps: readonly { outcome: string }[], flag: string): string {
  if (ok) return 'Every step is in order.';
  if (steps.every(({ outcome }) => outcome === 'missing')) {
    return `There is no lab here yet. Build it with: lab-setup up${flag}`;
  }
  if (steps.some(({ outcome }) => outcome === 'by-hand')) {
    return `Not everything is as in the tutorial. What was made by hand is yours to change; nothing was touched. To let lab-setup take it over and put it right: lab-setup up --adopt${flag}`;
  }
  return `The lab is not in order. Put it right with: lab-setup up${flag}`;
}
