import type { StepReport } from '../../engine/events.js';
import type { LabError } from '../../lab-error.js';
import type { Saying } from '../teaching.js';
import type { Pen } from '../screen.js';
import { differenceText, stepLine } from './lines.js';

/**
 * A step's line, and below it each deviation with what it means; then, once for those that are put right together, how:
 *
 *      6  method      POST /dynamodbmanager     by hand       0.0 s
 *           API key required: expected true, found false
 *             Anybody who knows the URL may call it: …
 *             console  API Gateway > …
 *             command  aws apigateway update-method …
 */
export function taughtLines(step: StepReport, sayings: readonly Saying[], pen: Pen): string[] {
  return [
    stepLine(step, pen),
    ...sayings.flatMap((each, index) => sayingLines(each, sayings[index + 1], pen)),
  ];
}

/** One deviation, by itself; its cure is left out where that of `next` is the same. */
export function sayingLines(
  { difference, isFault, advice }: Saying,
  next: Saying | undefined,
  pen: Pen,
): string[] {
  const { paint, prose } = pen;
  const head = difference && `${isFault ? '' : 'worth knowing: '}${differenceText(difference)}`;
  const same =
    advice?.console === next?.advice?.console &&
    advice?.commands.join() === next?.advice?.commands.join() &&
    isFault === next?.isFault;
  return [
    ...(head === undefined ? [] : [prose(`      ${paint(isFault ? 'yellow' : 'dim', head)}`, { hang: 8 })]),
    ...(advice && advice.why !== '' && advice.why !== next?.advice?.why
      ? [prose(`        ${advice.why}`)]
      : []),
    ...(advice && !same ? cureLines(advice, pen) : []),
  ];
}

function cureLines(
  { console, commands }: NonNullable<Saying['advice']>,
  { paint, prose, typed }: Pen,
): string[] {
  return [
    prose(`        ${paint('cyan', 'console')}  ${console}`, { hang: 17 }),
    ...commands.map((each) => `        ${paint('cyan', 'command')}  ${typed(each)}`),
  ];
}

/** Why a step could not be checked. */
export const unreadLines = (error: LabError, { prose }: Pen): string[] => [
  prose(`      could not be checked: ${error.message}`, { hang: 8 }),
  ...(error.hint === undefined ? [] : [prose(`        ${error.hint}`)]),
];

/**
 * What can have caused an answer, as `status` would say it, less the commands: those stand together under Next. What the
 * error itself has `said` is not said twice.
 */
export function causeLines(
  causes: readonly (Saying & { readonly step: string })[],
  { said }: { readonly said: string },
  pen: Pen,
): string[] {
  const shown = causes.map(({ advice, ...rest }) => ({
    ...rest,
    advice: advice && { ...advice, why: advice.why === said ? '' : advice.why, commands: [] },
  }));
  return shown.flatMap((each, index) => [
    ...(each.step === shown[index - 1]?.step ? [] : [causeLine(each, pen)]),
    ...sayingLines(each, shown[index + 1], pen),
  ]);
}

const causeLine = (
  { step, difference, isFault }: Saying & { readonly step: string },
  { paint }: Pen,
): string => `${paint('yellow', 'Cause')}: step ${step}${difference || !isFault ? '' : ' missing'}`;
