import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callsOf, deadAt, flawsAfterDown, flawsWhileUp, openStorm, type Storm } from '../_helpers/chaos.js';
import { writePoints, type CrashPoint } from '../_helpers/crash-points.js';

let storm: Storm;

beforeAll(async () => {
  storm = await openStorm();
});
afterAll(async () => {
  await storm.aws.stop();
});

/** What is wrong after an `up` that stopped dead there, another `up`, and a `down`. */
async function flawsAfterCrash(name: string, { point, moment }: CrashPoint): Promise<object[]> {
  const death = new AbortController();
  const dying = await storm.open(name, { signal: death.signal });
  storm.begin(deadAt(point, moment, death));
  await dying.up();
  storm.end();
  const lab = await storm.open(name);
  const { kind } = await lab.up();
  const flaws = [
    ...(death.signal.aborted ? [] : ['the call was never made']),
    ...(kind === 'up' ? [] : [`the next up ended as ${kind}`]),
    ...(await flawsWhileUp(storm, name, lab)),
    ...(await flawsAfterDown(storm, name, await lab.down())),
  ];
  storm.aws.release();
  return flaws.length > 0 ? [{ point, moment, flaws }] : [];
}

test('after a crash of up at any of its changes, the next up completes it, one of each, and down removes all', async () => {
  const points = writePoints(await callsOf(storm, 'crash-all-well', 'up'));

  const flaws: object[] = [];
  for (const [index, point] of points.entries())
    flaws.push(...(await flawsAfterCrash(`crash-${index}-x`, point)));

  expect(points.length).toBeGreaterThan(40);
  expect(flaws).toEqual([]);
}, 240_000);
