import { afterEach, describe, expect, test } from '@jest/globals';
import { flawsAfterDown, flawsWhileUp, openStorm, type Storm } from '../_helpers/chaos.js';
import { openLab, type TestLab } from '../_helpers/lab.js';
import { simulatedTime, type SimulatedTime } from '../_helpers/simulated-time.js';
import { anyOrder } from '../_helpers/weather.js';

let clock: SimulatedTime;
let storm: Storm;

async function open(options: { likeAws?: boolean } = {}): Promise<void> {
  clock = simulatedTime();
  storm = await openStorm({ clock, ...options });
}

afterEach(async () => {
  clock.stop();
  await storm.aws.stop();
});

const runs = (name: string, count: number): Promise<TestLab[]> =>
  Promise.all(Array.from({ length: count }, () => storm.open(name, { clock })));

test.each([
  [2, 1],
  [4, 1],
  [8, 1],
])(
  '%i ups of one lab at once all end well, with one of each (order %i)',
  async (count, seed) => {
    await open();
    const labs = await runs('crowd', count);
    storm.begin(anyOrder(seed, clock));

    const reports = await Promise.all(labs.map((lab) => lab.up()));

    storm.end();
    const [lab] = labs;
    expect(reports.map(({ kind }) => kind)).toEqual(labs.map(() => 'up'));
    expect(lab && (await flawsWhileUp(storm, 'crowd', lab))).toEqual([]);
  },
  60_000,
);

describe.each([1])('an up against a down (order %i)', (seed) => {
  test('doubles nothing, and one more up completes it', async () => {
    await open();
    const [rising, falling, last] = await runs('contest', 3);
    await last?.up();
    storm.begin(anyOrder(seed, clock));
    await Promise.all([rising?.up(), falling?.down()]);
    storm.end();

    const report = await last?.up();

    expect(report?.kind).toBe('up');
    expect(last && (await flawsWhileUp(storm, 'contest', last))).toEqual([]);
  });

  test('leaves nothing that one more down does not remove', async () => {
    await open();
    const [rising, falling, last] = await runs('contest', 3);
    storm.begin(anyOrder(seed, clock));
    await Promise.all([rising?.up(), falling?.down()]);
    storm.end();

    const report = await last?.down();

    expect(report && (await flawsAfterDown(storm, 'contest', report))).toEqual([]);
  });
});

test("thirty labs share one account's request quotas, come up, go down, and say what they wait for", async () => {
  await open({ likeAws: true });
  const notes = new Set<string>();
  const note = (text: string): void => void notes.add(text.replace(/ in .*/, ''));
  const names = Array.from({ length: 30 }, (_, number) => `class-${number}-x`);
  const labs = await Promise.all(names.map((name) => openLab(storm.aws, name, {}, { clock, note })));

  const ups = await Promise.all(labs.map((lab) => lab.up()));
  const built = await storm.holdings('class');
  const downs = await Promise.all(labs.map((lab) => lab.down()));
  const left = await storm.holdings('class');

  expect(ups.map(({ kind }) => kind)).toEqual(names.map(() => 'up'));
  expect(built).toEqual({
    roles: 30,
    functions: 30,
    tables: 30,
    apis: 30,
    keys: 30,
    plans: 30,
    logGroups: 30,
  });
  expect(downs.map((report) => report.kind === 'down' && report.clean)).toEqual(names.map(() => true));
  expect(Object.values(left)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect([...notes]).toEqual(
    expect.arrayContaining([
      "CreateRestApi: the account's quota allows one",
      "DeleteRestApi: the account's quota allows one",
    ]),
  );
}, 120_000);
