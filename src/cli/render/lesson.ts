import { WAITERS } from '../../tutorial/call.js';
import { DEFAULT_LAB, type Lab } from '../../tutorial/lab.js';
import type { Chapter, ShownCall, ShownLesson } from '../lessons.js';
import type { Pen } from '../screen.js';

/** What a terminal of the usual width shows without breaking a word. */
const WIDTH = 79;

/** What a step is and why, as `steps <step>` and `up --step` tell it. */
export function proseLines({ number, id, title, lesson }: Chapter, { paint, prose }: Pen): string[] {
  return [
    paint('bold', `Step ${number}: ${title} (${id})`),
    '',
    prose(lesson.what, { within: WIDTH }),
    '',
    prose(lesson.why, { within: WIDTH }),
  ];
}

/** The whole lesson, as long as it takes to read it. */
export function lessonLines(chapter: Chapter, shown: ShownLesson, { lab, pen }: Telling): string[] {
  const { lesson } = chapter;
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', pen.paint('bold', title), ...lines];
  const { console: path, note } = lesson.look;
  const ways = note === undefined ? [path] : [path, note];
  const names = lab.name === DEFAULT_LAB ? [] : [`In this lab the names of the things end in -${lab.name}.`];
  // Commands of ours as they must be typed; the aws lines as they are, whatever words are in their values.
  const ours = [`eval "$(lab-setup env)"`, ...(lesson.before ?? []).map((each) => `lab-setup ${each}`)];
  return [
    ...proseLines(chapter, pen),
    ...part('In the console, as the tutorial has it', bullets([...lesson.clicks, ...names], pen)),
    ...part('In today’s console', bullets(lesson.today, pen)),
    ...part('Good to know', bullets(lesson.notes, pen)),
    ...part(
      'API calls',
      shown.calls.flatMap((call) => callLines(call, pen)),
    ),
    ...part(
      'The same with the aws CLI, in bash or zsh: first',
      indented([...ours.map(pen.typed), ...shown.first]),
    ),
    ...part('and then', indented(shown.lines)),
    ...part('Look at it', [...bullets(ways, pen), ...indented([shown.look])]),
  ];
}

/** Whose lesson it is, and how its lines are made. */
export interface Telling {
  readonly lab: Lab;
  readonly pen: Pen;
}

/** `iam CreateRole`, what it must be allowed, and its parameters. */
export function sentLines(
  { service, operation, until, actions, input }: ShownCall,
  { prose }: Pen,
): string[] {
  const waits = until === undefined ? '' : `, until ${WAITERS[until]}`;
  const permission = actions.length === 0 ? 'needs no permission' : `needs ${actions.join(', ')}`;
  const width = Math.max(0, ...Object.keys(input).map((name) => name.length));
  const parameters = Object.entries(input).flatMap(([name, value]) => {
    const [first = '', ...rest] = valueLines(value);
    const beside = prose(`      ${name.padEnd(width)}  ${first}`, { hang: width + 8 });
    return [beside, ...rest.map((line) => `      ${line}`)];
  });
  return [prose(`  ${service} ${operation}${waits}: ${permission}`, { hang: 6 }), ...parameters];
}

/** The same, and what of the answer is kept. */
const callLines = (call: ShownCall, pen: Pen): string[] => [
  ...sentLines(call, pen),
  ...(call.capture ? [`      ${call.capture.query} is kept as ${call.capture.variable}`] : []),
];

/** What does not fit on a line beside its name is laid out as JSON, policies in texts too. */
const LONG_VALUE = 70;

function valueLines(value: unknown): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= LONG_VALUE || !/^[[{]/.test(text)) return [text];
  const parsed: unknown = JSON.parse(text);
  return JSON.stringify(parsed, null, 2).split('\n');
}

const indented = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.split('\n').map((part) => `  ${part}`));

/** Points of a list, each in as many lines as it needs. */
export const bullets = (texts: readonly string[], { prose }: Pen): string[] =>
  texts.map((text) => prose(`  - ${text}`, { hang: 4, within: WIDTH }));
