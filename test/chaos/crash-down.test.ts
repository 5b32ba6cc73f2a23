import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callsOf, deadAt, flawsAfterDown, openStorm, type Storm } from '../_helpers/chaos.js';
import { writePoints, type CrashPoint } from '../_helpers/crash-points.js';

let storm: Storm;

beforeAll(async () => {
  storm = await openStorm();
});
afterAll(async () => {
  await storm.aws.stop();
});

/** All that a `down` changes: none of these may be left out. */
const CHANGES = new Set([
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

/** What is wrong after a `down` that stopped dead there, and another `down`. */
async function flawsAfterCrash(name: string, { point, moment }: CrashPoint): Promise<object[]> {
  await (await storm.open(name)).up();
  const death = new AbortController();
  const dying = await storm.open(name, { signal: death.signal });
  storm.begin(deadAt(point, moment, death));
  await dying.down();
  storm.end();
  const flaws = [
    ...(death.signal.aborted ? [] : ['the call was never made']),
    ...(await flawsAfterDown(storm, name, await (await storm.open(name)).down())),
  ];
  storm.aws.release();
  return flaws.length > 0 ? [{ point, moment, flaws }] : [];
}

test('after a crash of down at any of its changes, the next down removes what was left', async () => {
  const points = writePoints(await callsOf(storm, 'crash-all-well', 'down'));

  const flaws: object[] = [];
  for (const [index, point] of points.entries())
    flaws.push(...(await flawsAfterCrash(`crash-${index}-x`, point)));

  expect(new Set(points.map(({ point }) => point))).toEqual(CHANGES);
  expect(flaws).toEqual([]);
}, 240_000);
