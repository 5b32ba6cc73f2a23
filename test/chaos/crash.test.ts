/** A life for every change: `up` stops dead at one of its changes, and `down` at one of its own; the next run ends it. */
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

/** All that a `down` changes: none of these may be left out. */
const CHANGES_OF_DOWN = new Set([
  'lambda:DeleteFunction#1',
  'dynamodb:DeleteTable#1',
  'apigateway:UpdateUsagePlan#1',
  'apigateway:DeleteUsagePlan#1',
  'apigateway:DeleteApiKey#1',
  'apigateway:DeleteStage#1',
  'apigateway:DeleteRestApi#1',
  'iam:DeleteRolePolicy#1',
  'iam:DeleteRole#1',
  'logs:DeleteLogGroup#1',
]);

/** A run that stops dead there. @returns what is wrong if it does not */
async function crash(name: string, work: 'up' | 'down', { point, moment }: CrashPoint): Promise<string[]> {
  const death = new AbortController();
  const dying = await storm.open(name, { signal: death.signal });
  storm.begin(deadAt(point, moment, death));
  await dying[work]();
  storm.end();
  return death.signal.aborted ? [] : [`${work} never made the call`];
}

/** What is wrong in a life in which `up` and `down` stop dead there, as far as such a point is given. */
async function flawsInLife(
  name: string,
  { inUp, inDown }: { inUp: CrashPoint | undefined; inDown: CrashPoint | undefined },
): Promise<object[]> {
  const flaws: unknown[] = inUp ? await crash(name, 'up', inUp) : [];
  const lab = await storm.open(name);
  const { kind } = await lab.up();
  if (kind !== 'up') flaws.push(`the next up ended as ${kind}`);
  flaws.push(...(await flawsWhileUp(storm, name, lab)));
  if (inDown) flaws.push(...(await crash(name, 'down', inDown)));
  flaws.push(...(await flawsAfterDown(storm, name, await lab.down())));
  storm.aws.release();
  return flaws.length > 0 ? [{ inUp, inDown, flaws }] : [];
}

test('after a crash of up at any of its changes the next up makes one of each, and after one of down the next down removes all', async () => {
  const inUp = writePoints(await callsOf(storm, 'crash-all-well-1', 'up'));
  const inDown = writePoints(await callsOf(storm, 'crash-all-well-2', 'down'));

  const flaws: object[] = [];
  for (let index = 0; index < Math.max(inUp.length, inDown.length); index += 1) {
    const points = { inUp: inUp[index], inDown: inDown[index] };
    flaws.push(...(await flawsInLife(`crash-${index}-x`, points)));
  }

  expect(inUp.length).toBeGreaterThan(40);
  expect(new Set(inDown.map(({ point }) => point))).toEqual(CHANGES_OF_DOWN);
  expect(flaws).toEqual([]);
}, 240_000);
