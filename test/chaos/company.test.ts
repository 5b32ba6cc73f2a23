import { afterEach, describe, expect, test } from '@jest/globals';
import { explain } from '../../src/aws/origin.js';
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

/** What was said of waiting in the test that is running. */
const said = new Set<string>();
const note = (text: string): void => void said.add(text.replace(/ in .*/, ''));
afterEach(() => said.clear());

const runs = (name: string, count: number): Promise<TestLab[]> =>
  Promise.all(Array.from({ length: count }, () => storm.open(name, { clock, note })));

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
    expect([...said]).toContain('waiting until other runs of the same lab agree on what they made');
    expect(reports.map(({ kind }) => kind)).toEqual(labs.map(() => 'up'));
    expect(lab && (await flawsWhileUp(storm, 'crowd', lab))).toEqual([]);
  },
  60_000,
);

/** An `up` from nothing; a `down` begins when so many seconds of it have passed. */
async function contest(seconds: number) {
  await open();
  const [rising, falling, last] = await runs('contest', 3);
  storm.begin(anyOrder(seconds, clock));
  const begins = clock.sleep(seconds * 1_000, new AbortController().signal);
  const [up, down] = await Promise.all([rising?.up(), begins.then(() => falling?.down())]);
  storm.end();
  return { up, down, last };
}

describe.each([8, 16, 24])('an up against a down that begins %i s later', (seconds) => {
  test('doubles nothing; both end in words of their own, and one more up completes it', async () => {
    const { up, down, last } = await contest(seconds);

    const report = await last?.up();

    for (const each of [up, down]) expect(each?.kind === 'failed' ? explain(each.error) : each).toBeDefined();
    expect(report?.kind).toBe('up');
    expect(last && (await flawsWhileUp(storm, 'contest', last))).toEqual([]);
  });

  test('leaves nothing that one more down does not remove', async () => {
    const { last } = await contest(seconds);

    const report = await last?.down();

    expect(report && (await flawsAfterDown(storm, 'contest', report))).toEqual([]);
  });
});

test("thirty labs share one account's request quotas, come up, go down, and say what they wait for", async () => {
  await open({ likeAws: true });
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
  expect([...said]).toEqual(
    expect.arrayContaining([
      'CreateRestApi: the account’s quota allows one',
      'DeleteRestApi: the account’s quota allows one',
    ]),
  );
}, 240_000);
