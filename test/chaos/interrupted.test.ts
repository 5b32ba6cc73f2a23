/** Ctrl-C in the middle: what the report says stands, stands; what it says is removed, is gone. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callsOf, changes, openStorm, type CallPoint, type Storm } from '../_helpers/chaos.js';
import { flawsWhenInterrupted } from '../_helpers/interruption.js';

let storm: Storm;

beforeAll(async () => {
  storm = await openStorm();
});
afterAll(async () => {
  await storm.aws.stop();
});

/** Every change, and every fifth look; `npm run chaos` takes all. */
const some = (calls: readonly CallPoint[]): CallPoint[] =>
  calls.filter((point, index) => changes(point) || index % 5 === 0);

test('after Ctrl-C at any change of up or down, and at looks between them, the report is true', async () => {
  const inUp = some(await callsOf(storm, 'cut-all-well-1', 'up'));
  const inDown = some(await callsOf(storm, 'cut-all-well-2', 'down'));

  const flaws: object[] = [];
  for (let index = 0; index < Math.max(inUp.length, inDown.length); index += 1) {
    const points = { inUp: inUp[index], inDown: inDown[index] };
    flaws.push(...(await flawsWhenInterrupted(storm, `cut-${index}-x`, points)));
  }

  expect(Math.min(inUp.length, inDown.length)).toBeGreaterThan(15);
  expect(flaws).toEqual([]);
}, 240_000);
