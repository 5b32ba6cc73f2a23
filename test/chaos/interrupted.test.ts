/** Ctrl-C at every call: what the report says stands, stands; what it says is removed, is gone. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  callsOf,
  flawsAfterDown,
  openStorm,
  type CallPoint,
  type Plan,
  type Storm,
} from '../_helpers/chaos.js';
import { outcomes } from '../_helpers/lab.js';

let storm: Storm;

beforeAll(async () => {
  storm = await openStorm();
});
afterAll(async () => {
  await storm.aws.stop();
});

/** Ctrl-C is pressed when this call arrives; it goes on, as do those that are on their way. */
function pressedAt(point: CallPoint, ctrlC: AbortController): { plan: Plan; quiet: () => Promise<void> } {
  let underWay = 0;
  const count = (change: 1 | -1) => () => {
    underWay += change;
    return undefined;
  };
  return {
    plan: (each) => {
      if (each === point) ctrlC.abort();
      return { before: count(1), after: count(-1) };
    },
    quiet: async () => {
      for (let turns = 0; turns < QUIET_TURNS; turns = underWay > 0 ? 0 : turns + 1) await turn();
    },
  };
}

/** After so many turns of the event loop no request is on its way any more. */
const QUIET_TURNS = 25;

const WORTH: Readonly<Record<string, string>> = {
  created: 'in-order',
  unchanged: 'in-order',
  'in-order': 'in-order',
  removed: 'missing',
  absent: 'missing',
  missing: 'missing',
};

/** What is wrong with the report of an `up` or `down` that was interrupted there. */
async function flawsWhenInterrupted(name: string, work: 'up' | 'down', point: CallPoint): Promise<object[]> {
  const last = await storm.open(name);
  if (work === 'down') await last.up();
  const ctrlC = new AbortController();
  const { plan, quiet } = pressedAt(point, ctrlC);
  const lab = await storm.open(name, { signal: ctrlC.signal });
  storm.begin(plan);
  const report = await lab[work]();
  await quiet();
  storm.end();
  const states = outcomes(await last.status());
  const untrue = report.steps
    .filter(({ id, outcome }) => id !== 'teardown' && (WORTH[outcome] ?? states[id]) !== states[id])
    .map(({ id, outcome }) => `${id} ${outcome}: ${states[id] ?? ''}`);
  const flaws = [
    ...(report.kind === 'interrupted' ? [] : [`it ended as ${report.kind}`]),
    ...untrue,
    ...(await flawsAfterDown(storm, name, await last.down())),
  ];
  storm.aws.release();
  return flaws.length > 0 ? [{ point, flaws }] : [];
}

test.each(['up', 'down'] as const)(
  'after Ctrl-C at any call of %s the report is true',
  async (work) => {
    const points = await callsOf(storm, `cut-all-well-${work}`, work);

    const flaws: object[] = [];
    for (const [index, point] of points.entries())
      flaws.push(...(await flawsWhenInterrupted(`cut-${work}-${index}-x`, work, point)));

    expect(points.length).toBeGreaterThan(40);
    expect(flaws).toEqual([]);
  },
  120_000,
);
