import type { Outcome, StepReport } from '../../engine/events.js';
import type { AwsCall } from '../../aws/calls.js';
import type { Located } from '../located.js';
import type { Paint, Pen } from '../screen.js';

const COLOURS: Readonly<Record<Outcome, Parameters<Paint>[0]>> = {
  created: 'green',
  repaired: 'yellow',
  unchanged: 'dim',
  removed: 'green',
  absent: 'dim',
  kept: 'yellow',
  'in-order': 'green',
  missing: 'red',
  drifted: 'red',
  'by-hand': 'yellow',
  failed: 'red',
  skipped: 'dim',
};

const WORDS: Readonly<Partial<Record<Outcome, string>>> = {
  'in-order': 'in order',
  'by-hand': 'by hand',
  absent: 'not there',
};

/** ` 3  table       lambda-apigateway               created     0.4 s`, in the 80 columns of a terminal. */
export function stepLine(report: StepReport, pen: Pen): string {
  const { ms, remark } = report;
  const tail = remark === undefined ? '' : `  ${pen.paint('dim', `(${remark})`)}`;
  return foldedLine(report, { state: `${outcomeText(report, pen.paint)} ${seconds(ms)}`, tail }, pen);
}

/** ` 3  table       Create the DynamoDB table       in order`, in the table of contents: `state` may be empty. */
export const contentsLine = (step: Labelled, state: string, pen: Pen): string =>
  foldedLine(step, { state, tail: '' }, pen);

type Labelled = Pick<StepReport, 'number' | 'id' | 'name'>;

const NO_BREAK = '\u00a0';

/** Folded where it is too long, but never within the state. */
function foldedLine(
  step: Labelled,
  { state, tail }: { state: string; tail: string },
  { prose }: Pen,
): string {
  const line = `${stepLabel(step)} ${state.replaceAll(' ', NO_BREAK)}${tail}`;
  return prose(line.trimEnd(), { hang: 6 }).replaceAll(NO_BREAK, ' ');
}

/** The same, and below it what differed. */
export const stepLines = (report: StepReport, pen: Pen): string[] => [
  stepLine(report, pen),
  ...differenceLines(report, pen),
];

/** What differs, below the step's line. */
export const differenceLines = ({ differences }: StepReport, { prose }: Pen): string[] =>
  differences.map((each) => prose(`      ${differenceText(each)}`, { hang: 8 }));

/** How a step stands, in words of one width. What was made by hand and is otherwise than it must be says so first. */
export function outcomeText(
  { outcome, differences }: Pick<StepReport, 'outcome' | 'differences'>,
  paint: Paint,
): string {
  const isFaulty = outcome === 'by-hand' && differences.length > 0;
  return isFaulty
    ? paint(COLOURS.drifted, 'differs'.padEnd(10))
    : paint(COLOURS[outcome], (WORDS[outcome] ?? outcome).padEnd(10));
}

/** ` 3  table       lambda-apigateway              `: the beginning of every line about a step. */
export const stepLabel = ({ number, id, name }: Pick<StepReport, 'number' | 'id' | 'name'>): string =>
  `${String(number).padStart(2)}  ${id.padEnd(11)} ${name.padEnd(45)} `;

/** `memory: expected 128, found 256` */
export function differenceText({ setting, inWords, ...values }: StepReport['differences'][number]): string {
  const { expected, actual } = inWords ?? values;
  return `${setting}: expected ${valueText(expected)}, found ${valueText(actual)}`;
}

const MAX_VALUE_LENGTH = 240;

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty one';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return oneLine(text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text);
}

/** Line breaks and the like as JSON writes them: a template has some, and would go on at the edge of the screen. */
const oneLine = (text: string): string =>
  text.replace(/\p{Cc}/gu, (each) => JSON.stringify(each).slice(1, -1));

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What `--verbose` shows of a call: `  iam:GetRole NoSuchEntity 12 ms 5f0b…`, never what was sent or answered. */
export const callLine = ({ service, operation, ms, failure = 'ok', requestId = '-' }: AwsCall): string =>
  `  ${service}:${operation} ${failure} ${ms} ms ${requestId}`;

/** What is to be called, and the key where its value was asked for. */
export const locatedLines = ({ invokeUrl, apiKey }: Located): string[] => [
  ...(invokeUrl === undefined ? [] : [`Invoke URL  ${invokeUrl}`]),
  ...(apiKey === undefined ? [] : [`API key     ${apiKey}`]),
];
