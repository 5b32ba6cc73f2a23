import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { plainOutput } from '../../src/cli/plain-output.js';

let folder: string;
let descriptor: number | undefined;
let streamed: (string | Uint8Array)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-setup-output-'));
  streamed = [];
});

afterEach(() => {
  if (descriptor !== undefined) closeSync(descriptor);
  descriptor = undefined;
  rmSync(folder, { recursive: true });
});

const outputTo = (opened: number): ReturnType<typeof plainOutput> => {
  descriptor = opened;
  return plainOutput(opened, () => ({ write: (text) => streamed.push(text) > 0 }));
};

/** A pipe with two ends in this process, which nobody waits for. */
function openPipe(): number {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

test('a file is written to without a stream', () => {
  const path = join(folder, 'out.txt');

  outputTo(openSync(path, 'w')).write('0.1.0\n');

  expect([readFileSync(path, 'utf8'), streamed]).toEqual(['0.1.0\n', []]);
});

test('what is neither a file nor a pipe is left to the stream', () => {
  outputTo(openSync('/dev/null', 'w')).write('0.1.0\n');

  expect(streamed).toEqual(['0.1.0\n']);
});

test('what a pipe has no room for is left to the stream, which waits', () => {
  const pipe = openPipe();
  const output = outputTo(pipe);
  const page = Buffer.alloc(4096, '.');
  expect(() => {
    for (;;) writeSync(pipe, page);
  }).toThrow('EAGAIN');
  readSync(pipe, page);

  // The page ends within the dash, which is three bytes.
  output.write('x'.repeat(page.length - 1) + '–the rest');

  expect(streamed).toEqual([Buffer.from('–the rest').subarray(1)]);
});
