import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createScreen, type Voice } from '../../src/cli/screen.js';

test.each<[Voice]>([['normal'], ['json']])(
  'a list (%s) waits for a reader who does not read, and goes on when one does',
  async (voice) => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const screen = createScreen({ stdout, stderr, stdin: () => ({}), voice, byNpx: false, color: false });
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
