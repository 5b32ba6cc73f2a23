/** What is seen while a command works: a spinner where one may turn, else lines. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createProgress } from '../../src/cli/render/progress.js';
import { plainScreen } from '../_helpers/plain-screen.js';

// The spinner asks the process what the terminal can do, and is loaded only when one is needed.
process.env['FORCE_COLOR'] = '1';
process.env['TERM'] = 'xterm';
delete process.env['CI'];

/** A terminal, and all that was written on it while something was waited for. */
async function shown({ overwrites = true } = {}): Promise<string> {
  const stream = Object.assign(new PassThrough(), {
    ...{ isTTY: true, columns: 80 },
    ...{ clearLine: () => true, cursorTo: () => true, moveCursor: () => true },
  });
  const screen = plainScreen(stream, { overwrites });
  const terminal = () => ({ input: process.stdin, output: stream });
  const { signal } = new AbortController();
  const progress = await createProgress({ screen, terminal, signal }, ['role']);
  progress.listener({ kind: 'note', step: 'table', text: 'waiting until it is there' });
  progress.end();
  stream.end();
  return text(stream);
}

test('the spinner has no colour where none is wanted', async () => {
  const said = await shown();

  expect(said).toContain('looking');
  // Where the codes of all text colours begin.
  expect(said).not.toContain('\u001b[3');
});

test('a terminal that cannot be written over is told in lines what is waited for', async () => {
  expect(await shown({ overwrites: false })).toBe('   table: waiting until it is there\n');
});
