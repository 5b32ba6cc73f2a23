import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { errorMembers } from '../../src/cli/render/json.js';
import { createScreen, type Pen, type Screen, type Voice } from '../../src/cli/screen.js';
import { LESSONS } from '../../src/tutorial/lessons/index.js';
import { LabError } from '../../src/lab-error.js';
import { plainScreen } from '../_helpers/plain-screen.js';

/** The pen of a stream: of a terminal with so many columns, or of a pipe. */
function penOf(
  stream: { columns?: number } | 'pipe',
  { byNpx = false, lab = 'default', place = '' } = {},
): Pen {
  const stdout = { write: () => true, ...(stream === 'pipe' ? {} : { isTTY: true, ...stream }) };
  const reader = { byNpx, lab, placeFlags: () => place };
  return plainScreen(stdout, { reader }).out;
}

const HINT = 'Bring it up with `lab-setup up --lab ana`, or look at what is there with `lab-setup status`.';

describe('prose', () => {
  test('is broken at words to the width of the terminal, and never inside a command', () => {
    expect(penOf({ columns: 44 }).prose(HINT).split('\n')).toEqual([
      'Bring it up with `lab-setup up --lab ana`,',
      'or look at what is there with',
      '`lab-setup status`.',
    ]);
  });

  test('goes on below where it began', () => {
    const lines = penOf({ columns: 44 }).prose(`    ${HINT}`).split('\n');

    expect(lines.every((line) => /^ {4}\S/.test(line))).toBe(true);
    expect(penOf({ columns: 44 }).prose(`  - ${HINT}`, { hang: 4 })).toMatch(/^ {2}- Bring.*(\n {4}\S.*)+$/);
  });

  test('leaves at most half the width empty', () => {
    const line = '  lab-setup invoke create          put the item of the tutorial through the endpoint';

    expect(penOf({ columns: 44 }).prose(line, { hang: 35 }).split('\n')).toEqual([
      '  lab-setup invoke create          put the',
      `${' '.repeat(22)}item of the tutorial`,
      `${' '.repeat(22)}through the endpoint`,
    ]);
  });

  test.each([
    [0, 80],
    [undefined, 80],
    [120, 120],
  ])('has the usual width where a terminal tells none (%p: %i)', (columns, width) => {
    const longest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

    const lines = longest(
      penOf(columns === undefined ? {} : { columns }).prose(`${HINT} ${HINT} `.repeat(4)),
    );

    expect(lines).toBeGreaterThan(width - 20);
    expect(lines).toBeLessThanOrEqual(width);
  });

  test('does not count colours', () => {
    const red = `\u001b[31m${'word '.repeat(8).trim()}\u001b[39m`;

    expect(penOf({ columns: 40 }).prose(red)).toBe(red);
  });

  test('is one line in a pipe', () => {
    expect(penOf('pipe').prose(`${HINT} `.repeat(9))).not.toContain('\n');
  });
});

/** What commands would make of a terminal: another title, an empty screen, a line that was never printed. */
const HOSTILE = 'one\u001b]0;title\u0007\u001b[2J\u009b1A\rtwo';
const SHOWN = 'one\\u001b]0;title\\u0007\\u001b[2J\\u009b1A\\u000dtwo';

describe('what others wrote', () => {
  const written = (isTTY: boolean, say: (screen: Screen) => unknown): string => {
    let all = '';
    const stream = { isTTY, columns: 80, rows: 24, write: (text: string) => (all += text) };
    const reader = { byNpx: false, lab: 'default', placeFlags: () => '' };
    say(
      createScreen({
        ...{ stdout: stream, stderr: stream, stdin: () => ({}) },
        ...{ voice: 'verbose', reader, color: true, overwrites: true },
      }),
    );
    return all;
  };

  test.each<[string, (screen: Screen) => unknown]>([
    ['a result', (screen) => screen.result(HOSTILE)],
    ['progress', (screen) => screen.progress(HOSTILE)],
    ['a detail', (screen) => screen.detail(HOSTILE)],
    ['an error', (screen) => screen.complain(HOSTILE)],
    ['a line of a list', (screen) => screen.openList('lines', String).add(HOSTILE)],
    ['a frame', (screen) => screen.live?.().show([HOSTILE])],
  ])('commands no terminal: %s', (_, say) => {
    expect(written(true, say)).toContain(SHOWN);
  });

  test('keeps its colours, tabs and line ends', () => {
    const text = '\u001b[1;31mone\u001b[0m\ttwo\r\nthree';

    expect(written(true, (screen) => screen.result(text))).toBe(`${text}\n`);
  });

  test('goes into a pipe as it is', () => {
    expect(written(false, (screen) => screen.result(HOSTILE))).toBe(`${HOSTILE}\n`);
  });
});

describe('run by npx', () => {
  const pen = penOf('pipe', { byNpx: true });

  test.each([
    ['lab-setup up', 'npx lab-setup up'],
    ['eval "$(lab-setup env)"', 'eval "$(npx lab-setup env)"'],
    ["aws iam tag-role --tags 'lab-setup up'", "aws iam tag-role --tags 'lab-setup up'"],
  ])('a command is %s: %s', (command, typed) => {
    expect(pen.typed(command)).toBe(typed);
  });

  test('prose has its commands so, and its other words as they are', () => {
    expect(pen.prose('lab-setup says so; see `lab-setup status`.')).toBe(
      'lab-setup says so; see `npx lab-setup status`.',
    );
  });

  test('so has an error with --json', () => {
    const error = new LabError('usage', 'No.', { hint: 'Say `lab-setup up`.', commands: ['lab-setup down'] });

    expect(errorMembers(error, pen)).toMatchObject({
      hint: 'Say `npx lab-setup up`.',
      commands: ['npx lab-setup down'],
    });
  });

  test('no lesson says npx where it speaks of the program', () => {
    const texts = LESSONS.flatMap(({ what, why, clicks, today, notes }) => [
      ...[what, why],
      ...[clicks, today, notes].flat(),
    ]);

    const said = texts.flatMap((text) => pen.prose(text).match(/(?<!`)npx lab-setup \S+/g) ?? []);

    expect(said).toEqual([]);
  });
});

test.each([
  ['lab-setup down', 'lab-setup down --lab ana'],
  ['eval "$(lab-setup env)"', 'eval "$(lab-setup env --lab ana)"'],
  ['lab-setup up --lab ben', 'lab-setup up --lab ben'],
  ['lab-setup up --help', 'lab-setup up --help'],
  ['lab-setup local stop', 'lab-setup local stop'],
  ['aws iam list-roles', 'aws iam list-roles'],
])('of a second lab a command is for that one: %s: %s', (command, typed) => {
  expect(penOf('pipe', { lab: 'ana' }).typed(command)).toBe(typed);
});

const PLACE = ' --target aws --region us-east-1';

test.each([
  ['lab-setup down', `lab-setup down --lab ana${PLACE}`],
  ['eval "$(lab-setup env)"', `eval "$(lab-setup env --lab ana${PLACE})"`],
  ['lab-setup up --lab ben', `lab-setup up --lab ben${PLACE}`],
  ['lab-setup steps --policy', `lab-setup steps --policy --lab ana${PLACE}`],
  ['lab-setup down --target local', 'lab-setup down --target local --lab ana'],
  ['lab-setup steps 3', `lab-setup steps 3 --lab ana${PLACE}`],
  ['lab-setup completion bash', 'lab-setup completion bash'],
  ['lab-setup up --help', 'lab-setup up --help'],
  ['lab-setup local stop', 'lab-setup local stop'],
  ['aws iam list-roles', 'aws iam list-roles'],
])('of a place that no record says a command names it: %s: %s', (command, typed) => {
  expect(penOf('pipe', { lab: 'ana', place: PLACE }).typed(command)).toBe(typed);
});

test.each<[Voice]>([['normal'], ['json']])(
  'a list (%s) waits for a reader who does not read, and goes on when one does',
  async (voice) => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const screen = plainScreen(stdout, { stderr, voice });
    const list = screen.openList('items');
    let isTaken = false;

    const adding = list.add('x'.repeat(2 * stdout.writableHighWaterMark)).then(() => (isTaken = true));
    await Promise.resolve();
    const before = isTaken;
    stdout.resume();
    await adding;

    expect([before, isTaken]).toEqual([false, true]);
  },
);

test.each([
  ['from a terminal', { isTTY: true }, {}, '\r\u001b[K'],
  ['from a dumb one not', { isTTY: true }, { overwrites: false }, ''],
  ['from a pipe not', {}, {}, ''],
  ['from what --json prints not', { isTTY: true }, { voice: 'json' as const }, ''],
])('the ^C of the terminal is wiped away: %s', (_, stream, how, written) => {
  let said = '';
  const screen = plainScreen({ write: (text: string) => (said += text), ...stream }, how);

  screen.wipeLine();

  expect(said).toBe(written);
});
