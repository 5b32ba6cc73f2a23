import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../../src/local/faults.js';
import { flawsAfterDown, flawsWhileUp, openStorm, seeded, type Plan, type Storm } from '../_helpers/chaos.js';
import { ending, serverError, throttled } from '../_helpers/faults.js';
import { simulatedTime, type SimulatedTime } from '../_helpers/simulated-time.js';

/** How likely a call goes wrong. */
const PROBABILITY = 0.3;

let clock: SimulatedTime;
let storm: Storm;

beforeAll(async () => {
  clock = simulatedTime();
  storm = await openStorm({ clock });
});
afterAll(async () => {
  clock.stop();
  await storm.aws.stop();
});

/** Of the calls some are throttled, some fail or are cut off before or after they act, some take long. */
function weather(seed: number): Plan {
  const random = seeded(seed);
  const late = async (gone: AbortSignal) => {
    await clock.hold(5_000, gone);
    return undefined;
  };
  const faults: readonly Fault[] = [
    { before: ending(throttled()) },
    { before: ending(serverError()) },
    { after: ending(serverError()) },
    { before: ending('reset') },
    { after: ending('reset') },
    { before: late },
    { after: late },
  ];
  return () => (random() < PROBABILITY ? faults[Math.floor(random() * faults.length)] : undefined);
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'when three calls in ten go wrong, up ends with one of each and down with nothing (weather %i)',
  async (seed) => {
    const name = `weather-${seed}-x`;
    const lab = await storm.open(name, { clock });

    storm.begin(weather(seed));
    const { kind } = await lab.up();
    storm.end();
    const whileUp = await flawsWhileUp(storm, name, lab);
    storm.begin(weather(seed + 1_000));
    const report = await lab.down();
    storm.end();

    expect({ kind, flaws: [...whileUp, ...(await flawsAfterDown(storm, name, report))] }).toEqual({
      kind: 'up',
      flaws: [],
    });
  },
  60_000,
);
