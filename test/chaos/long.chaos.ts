/** `npm run chaos`: what CI does with few seeds, with many; and the built binary, killed at each of its calls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import {
  callsOf,
  deadAt,
  flawsAfterDown,
  flawsWhileUp,
  openStorm,
  type Plan,
  type Storm,
} from '../_helpers/chaos.js';
import { crashPoints } from '../_helpers/crash-points.js';
import { flawsWhenInterrupted } from '../_helpers/interruption.js';
import { simulatedTime } from '../_helpers/simulated-time.js';
import { anyOrder, weather } from '../_helpers/weather.js';

const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));
const WEATHERS = 200;
const ORDERS = 20;

const table: Record<string, { runs: number; faults: number; calls: number; flaws: number }> = {};
afterAll(() => {
  console.table(table);
});

/** Counts what a plan does to the calls of one kind of run. */
function counted(kind: string, plan: Plan): Plan {
  const row = (table[kind] ??= { runs: 0, faults: 0, calls: 0, flaws: 0 });
  return (point, call) => {
    const fault = plan(point, call);
    row.calls += 1;
    if (fault) row.faults += 1;
    return fault;
  };
}

function ended(kind: string, runs: number, flaws: readonly unknown[]): void {
  const row = (table[kind] ??= { runs: 0, faults: 0, calls: 0, flaws: 0 });
  row.runs += runs;
  row.flaws += flaws.length;
}

test(`${WEATHERS} weathers: three calls in ten go wrong`, async () => {
  const clock = simulatedTime();
  const storm = await openStorm({ clock });
  const flaws: object[] = [];
  for (let seed = 1; seed <= WEATHERS; seed += 1) {
    const name = `weather-${seed}-x`;
    const lab = await storm.open(name, { clock });
    storm.begin(counted('weather', weather(seed, clock)));
    await lab.up();
    storm.end();
    const whileUp = await flawsWhileUp(storm, name, lab);
    storm.begin(counted('weather', weather(seed + 1_000, clock)));
    const report = await lab.down();
    storm.end();
    const found = [...whileUp, ...(await flawsAfterDown(storm, name, report))];
    ended('weather', 2, found);
    flaws.push(...found.map((flaw) => ({ seed, flaw })));
    storm.aws.release();
  }
  clock.stop();
  await storm.aws.stop();

  expect(flaws).toEqual([]);
}, 1_800_000);

test.each([2, 4, 8])(
  `%i ups at once, in ${ORDERS} orders`,
  async (count) => {
    const kind = `${count} ups at once`;
    const flaws: object[] = [];
    for (let seed = 1; seed <= ORDERS; seed += 1) {
      const clock = simulatedTime();
      const storm = await openStorm({ clock });
      const labs = await Promise.all(Array.from({ length: count }, () => storm.open('crowd', { clock })));
      storm.begin(counted(kind, anyOrder(seed, clock)));
      const reports = await Promise.all(labs.map((lab) => lab.up()));
      storm.end();
      const failed = reports.filter(({ kind }) => kind !== 'up');
      const [lab] = labs;
      const found = [...failed, ...(lab ? await flawsWhileUp(storm, 'crowd', lab) : [])];
      ended(kind, count, found);
      flaws.push(...found.map((flaw) => ({ seed, flaw })));
      clock.stop();
      await storm.aws.stop();
    }

    expect(flaws).toEqual([]);
  },
  1_800_000,
);

test(`an up against a down, in ${2 * ORDERS} orders`, async () => {
  const kind = 'up against down';
  const flaws: object[] = [];
  for (let seed = 1; seed <= 2 * ORDERS; seed += 1) {
    const clock = simulatedTime();
    const storm = await openStorm({ clock });
    const open = () => storm.open('contest', { clock });
    const [rising, falling, last] = [await open(), await open(), await open()];
    storm.begin(counted(kind, anyOrder(seed, clock)));
    const begins = clock.sleep(seed * 1_000, new AbortController().signal);
    await Promise.all([rising.up(), begins.then(() => falling.down())]);
    storm.end();
    const found: object[] = [];
    if (seed % 2 === 0) {
      await last.up();
      found.push(...(await flawsWhileUp(storm, 'contest', last)));
    }
    found.push(...(await flawsAfterDown(storm, 'contest', await last.down())));
    ended(kind, 2, found);
    flaws.push(...found.map((flaw) => ({ seed, flaw })));
    clock.stop();
    await storm.aws.stop();
  }

  expect(flaws).toEqual([]);
}, 1_800_000);

test('Ctrl-C at each call of up and of down', async () => {
  const kind = 'Ctrl-C';
  const storm = await openStorm();
  const inUp = await callsOf(storm, 'cut-all-well-1', 'up');
  const inDown = await callsOf(storm, 'cut-all-well-2', 'down');
  const flaws: object[] = [];
  for (let index = 0; index < Math.max(inUp.length, inDown.length); index += 1) {
    const points = { inUp: inUp[index], inDown: inDown[index] };
    const watch = (plan: Plan): Plan => counted(kind, plan);
    flaws.push(...(await flawsWhenInterrupted(storm, `cut-${index}-x`, points, watch)));
  }
  ended(kind, inUp.length + inDown.length, flaws);
  // One press in each run; what the plan does besides is to see when all is quiet.
  Object.assign(table[kind] ?? {}, { faults: inUp.length + inDown.length });
  await storm.aws.stop();

  expect(flaws).toEqual([]);
}, 1_800_000);

/** Runs the built binary on the storm's AWS as if it were a real one; `kill` ends it as SIGKILL does. */
function start(storm: Storm, home: string, args: readonly string[]) {
  const { endpoint, region, clientConfig } = storm.aws;
  const where = ['--target', 'aws', '--endpoint-url', endpoint, '--region', region];
  const child = spawn(process.execPath, [BINARY, ...args, ...where], {
    env: {
      PATH: process.env['PATH'] ?? '',
      LAB_SETUP_HOME: home,
      AWS_ACCESS_KEY_ID: clientConfig.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: clientConfig.credentials.secretAccessKey,
    },
    stdio: 'ignore',
  });
  return { kill: () => child.kill('SIGKILL'), exit: once(child, 'exit') };
}

test.each(['up', 'down'] as const)(
  'the binary killed at each call of %s',
  async (work) => {
    const kind = `${work} killed`;
    const storm = await openStorm();
    const home = await mkdtemp(join(tmpdir(), 'lab-setup-test-'));
    const points = crashPoints(await callsOf(storm, 'killed-all-well', work));
    const argsOf = (verb: 'up' | 'down', lab: string): string[] =>
      verb === 'up' ? ['up', '--no-verify', '--lab', lab] : ['down', '--yes', '--lab', lab];
    const flaws: object[] = [];
    for (const [index, { point, moment }] of points.entries()) {
      const name = `killed-${index}-x`;
      const lab = await storm.open(name);
      if (work === 'down') await lab.up();
      const death = new AbortController();
      storm.begin(counted(kind, deadAt(point, moment, death)));
      const doomed = start(storm, home, argsOf(work, name));
      death.signal.addEventListener('abort', () => doomed.kill());
      await doomed.exit;
      storm.end();
      const found: unknown[] = death.signal.aborted ? [] : ['the call was never made'];
      if (work === 'up') {
        const [code] = (await start(storm, home, argsOf('up', name)).exit) as [number];
        if (code !== 0) found.push(`the next up exited with ${code}`);
        found.push(...(await flawsWhileUp(storm, name, lab)));
      }
      found.push(...(await flawsAfterDown(storm, name, await lab.down())));
      ended(kind, 1, found);
      flaws.push(...found.map((flaw) => ({ point, moment, flaw })));
      storm.aws.release();
    }
    await storm.aws.stop();
    await rm(home, { recursive: true, force: true });

    expect(flaws).toEqual([]);
  },
  1_800_000,
);
