import type { StepReport } from '../../engine/events.js';
import { LabError } from '../../lab-error.js';
import type { Context } from '../context.js';
import { labName } from '../lab-name.js';
import type { Located } from '../located.js';
import { locatedLines } from './lines.js';

/** A command, and what it is for. */
type Suggestion = readonly [command: string, why: string];

const TEST_ECHO: Suggestion = ['test-echo', 'invoke the function directly, as in step 2 of the tutorial'];
const DOWN: Suggestion = ['down', 'take everything down again'];

/** What to type after `up`, in the order of the tutorial. */
const AFTER_UP: readonly Suggestion[] = [
  TEST_ECHO,
  ['invoke create', 'put the tutorial’s item through the endpoint'],
  ['items', 'see it in the table'],
  ['invoke list', 'list it through the endpoint'],
  DOWN,
];

/** Of the column of commands; the flags of a lab make it wider. */
const LEAST_WIDTH = 32;

/** What to type next, each line with what it is for; nothing with `--quiet`. */
function suggest({ edge: { screen } }: Context, suggestions: readonly Suggestion[]): void {
  if (screen.voice === 'quiet') return;
  const { typed, paint, prose } = screen.out;
  screen.result('');
  screen.result('Next:');
  const lines = suggestions.map(([command, why]) => [typed(`lab-setup ${command}`), why] as const);
  const width = Math.max(LEAST_WIDTH, ...lines.map(([command]) => command.length));
  for (const [command, why] of lines) {
    const line = command.padEnd(width);
    screen.result(prose(`  ${line} ${paint('dim', why)}`, { hang: line.length + 3 }));
  }
}

/** The last words of `up`: where the API is, what it costs, and what to type next. `apiKey` only when it was asked for. */
export function tellWhatNow(
  context: Context,
  { invokeUrl, apiKey, cost }: { invokeUrl: string; apiKey: string | undefined; cost: string | undefined },
): void {
  const { screen } = context.edge;
  const { paint, prose } = screen.out;
  const howToSee = `${context.lab.key.name} (its value: \`lab-setup status --show-key\`)`;
  screen.progress('');
  screen.result(`The lab${labName(context.lab.name)} is up.`);
  screen.result(`Invoke URL  ${paint('cyan', invokeUrl)}`);
  screen.result(prose(`API key     ${apiKey ?? howToSee}`, { hang: 12 }));
  if (cost !== undefined) screen.result(prose(cost, { hang: 12 }));
  suggest(context, AFTER_UP);
}

const STANDING: readonly string[] = ['created', 'repaired', 'unchanged', 'in-order'];

/** The last words of an `up` that made a part of the lab, because no more was wanted. */
export function tellPart(
  context: Context,
  { steps, stopped }: { steps: readonly StepReport[]; stopped: boolean },
  located: Located,
): void {
  const { screen } = context.edge;
  const stands = ({ outcome }: StepReport): boolean => STANDING.includes(outcome);
  const standing = names(steps, stands);
  const rest = names(steps, (step) => !stands(step));
  screen.progress('');
  screen.result(screen.out.prose(`${stopped ? 'Stopped here. ' : ''}What stands: ${standing || 'nothing'}.`));
  if (rest !== '') screen.result(screen.out.prose(`Not made, or not in order: ${rest}.`));
  for (const line of locatedLines(located)) screen.result(line);
  const callable = steps.some((step) => step.id === 'function' && stands(step));
  const flags = adoptionIn(steps) + choicesIn(context);
  const goOn: readonly Suggestion[] = [
    ...(callable ? [TEST_ECHO] : []),
    [`up --step${flags}`, 'go on, one step at a time'],
    [`up${flags}`, 'make all the rest'],
    DOWN,
  ];
  suggest(context, rest === '' ? AFTER_UP : goOn);
}

/** What was made by hand, `up` alone would refuse. */
export const adoptionIn = (steps: readonly StepReport[]): string =>
  steps.some(({ outcome }) => outcome === 'by-hand') ? ' --adopt' : '';

/** The choices that the function bears from when it is made: an `up` that goes on before that must be told them again. */
export const choicesIn = ({ lab: { options } }: Pick<Context, 'lab'>): string =>
  [
    options.roleArn === undefined ? '' : ` --role-arn ${options.roleArn}`,
    options.policy === undefined ? '' : ` --policy ${options.policy}`,
  ].join('');

/** `api`, `api and key`, `api, deployment and key` */
const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' and ');

/** Why a step was not made. */
export function unmet(
  context: Context,
  { step, needs }: { readonly step: string; readonly needs: readonly string[] },
): LabError {
  const are = needs.length === 1 ? 'is' : 'are';
  const choices = choicesIn(context);
  const each = needs.map((need) => `\`lab-setup up --only ${need}${choices}\``).join(', then ');
  return new LabError(
    'not-in-order',
    `It needs ${listed(needs)}, which ${are} not there. Nothing was made.`,
    {
      step,
      hint: `Make all steps up to it with \`lab-setup up --until ${step}${choices}\`, or what it needs alone with ${each}.`,
    },
  );
}

/** What stands after Ctrl-C, and what to type; `command` is what was interrupted, such as `up --adopt`. */
export function interrupted(steps: readonly StepReport[], command: string): LabError {
  const standing = names(steps, ({ outcome }) => STANDING.includes(outcome));
  const underWay = names(steps, isUnderWay);
  if (standing === '' && underWay === '') {
    return new LabError('interrupted', 'Interrupted before anything was changed.', {
      hint: `Begin again with \`lab-setup ${command}\`.`,
    });
  }
  const open = underWay === '' ? '' : ` Under way, and perhaps made: ${underWay}.`;
  return new LabError('interrupted', `Interrupted. What stands: ${standing || 'nothing yet'}.${open}`, {
    hint: `Go on with \`lab-setup ${command}\`, or remove everything with \`lab-setup down\`.`,
  });
}

/** The same for a `down`. */
export function interruptedDown(steps: readonly StepReport[]): LabError {
  const hint = 'Go on with `lab-setup down`.';
  const gone = steps.some(({ outcome }) => outcome === 'removed');
  const standing = names(steps, ({ outcome }) => outcome === 'in-order' || outcome === 'drifted');
  const underWay = names(steps, isUnderWay);
  const unseen = names(steps, (step) => step.id === 'teardown' && isNotBegun(step));
  if (!gone && underWay === '') {
    return new LabError('interrupted', 'Interrupted before anything was removed.', { hint });
  }
  const open = underWay === '' ? '' : ` Under way, and perhaps gone: ${underWay}.`;
  const rest = unseen === '' ? '' : ` Not looked for yet: ${unseen}.`;
  const message = `Interrupted. What still stands: ${standing || 'nothing, but it was not all read again'}.${open}${rest}`;
  return new LabError('interrupted', message, { hint });
}

const isUnderWay = ({ outcome, remark }: StepReport): boolean =>
  outcome === 'skipped' && remark !== undefined;

const isNotBegun = ({ outcome, remark }: StepReport): boolean =>
  outcome === 'skipped' && remark === undefined;

/** By their ids; that of the teardown would not say what of. */
const names = (steps: readonly StepReport[], of: (step: StepReport) => boolean): string =>
  steps
    .filter(of)
    .map(({ id, name }) => (id === 'teardown' ? name : id))
    .join(', ');
