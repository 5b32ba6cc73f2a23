import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Ending } from '../../src/local/faults.js';
import {
  callsOf,
  changes,
  flawsAfterDown,
  flawsWhileUp,
  openStorm,
  type CallPoint,
  type Storm,
} from '../_helpers/chaos.js';
import { serverError } from '../_helpers/faults.js';

let storm: Storm;

beforeAll(async () => {
  storm = await openStorm();
});
afterAll(async () => {
  await storm.aws.stop();
});

/** What is wrong after an `up` in which AWS acted on this call and the answer was lost, and a `down` the same way. */
async function flawsAfterLoss(
  name: string,
  loss: { inUp: CallPoint | undefined; inDown: CallPoint | undefined; how: Ending },
): Promise<object[]> {
  const lab = await storm.open(name);
  const losing = (lost: CallPoint | undefined) => (point: CallPoint) =>
    point === lost ? { after: () => loss.how } : undefined;
  storm.begin(losing(loss.inUp));
  const { kind } = await lab.up();
  storm.end();
  const flaws = [
    ...(kind === 'up' ? [] : [`up ended as ${kind}`]),
    ...(loss.inUp ? await flawsWhileUp(storm, name, lab) : []),
  ];
  storm.begin(losing(loss.inDown));
  const report = await lab.down();
  storm.end();
  flaws.push(...(await flawsAfterDown(storm, name, report)));
  storm.aws.release();
  return flaws.length > 0 ? [{ ...loss, flaws }] : [];
}

test.each([
  ['the connection was reset', (): Ending => 'reset'],
  ['the service answered 500 after acting', (): Ending => serverError()],
])(
  'when %s at any call, up ends with one of each and down with nothing',
  async (_, how) => {
    const [inUp, inDown] = [
      (await callsOf(storm, 'lost-all-well-1', 'up')).filter(changes),
      (await callsOf(storm, 'lost-all-well-2', 'down')).filter(changes),
    ];

    const flaws: object[] = [];
    for (let index = 0; index < Math.max(inUp.length, inDown.length); index += 1) {
      const points = { inUp: inUp[index], inDown: inDown[index] };
      flaws.push(...(await flawsAfterLoss(`lost-${index}-x`, { ...points, how: how() })));
    }

    expect(inUp.length).toBeGreaterThan(20);
    expect(flaws).toEqual([]);
  },
  120_000,
);
