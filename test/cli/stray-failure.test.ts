import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { strayFailure } from '../../src/cli/stray-failure.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const STRAY = new Error('a failure that nobody waits for');

/** How a command ends during which something fails that nobody waits for, and which takes so long for its own words. */
async function endOf(ownWordsAfterMs: number): Promise<unknown> {
  const emitter = new EventEmitter();
  const own = new Promise((resolve) => setTimeout(() => resolve('its own words'), ownWordsAfterMs));
  const ended = Promise.race([own, strayFailure({ on: (event, hear) => emitter.on(event, hear) })]).catch(
    (error: unknown) => error,
  );
  emitter.emit('uncaughtException', STRAY);
  await jest.runAllTimersAsync();
  return ended;
}

test.each([
  ['changes nothing where the command says soon how it ended', 100, 'its own words'],
  ['ends a command that has nothing to say', 1_000, STRAY],
])('a failure that nobody waits for %s', async (_, ownWordsAfterMs, expected) => {
  expect(await endOf(ownWordsAfterMs)).toBe(expected);
});
