import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { flawsAfterDown, flawsWhileUp, openStorm, type Storm } from '../_helpers/chaos.js';
import { simulatedTime, type SimulatedTime } from '../_helpers/simulated-time.js';
import { weather } from '../_helpers/weather.js';

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

test.each([1, 2, 3, 4])(
  'when three calls in ten go wrong, up ends with one of each and down with nothing (weather %i)',
  async (seed) => {
    const name = `weather-${seed}-x`;
    const lab = await storm.open(name, { clock });

    storm.begin(weather(seed, clock));
    const { kind } = await lab.up();
    storm.end();
    const whileUp = await flawsWhileUp(storm, name, lab);
    storm.begin(weather(seed + 1_000, clock));
    const report = await lab.down();
    storm.end();

    expect({ kind, flaws: [...whileUp, ...(await flawsAfterDown(storm, name, report))] }).toEqual({
      kind: 'up',
      flaws: [],
    });
  },
  60_000,
);
