/** The service acts and its answer is lost: by each way of losing one, at each call that changes something. */
import { afterEach, expect, test } from '@jest/globals';
import type { Ending } from '../../src/local/faults.js';
import {
  callsOf,
  changes,
  flawsAfterDown,
  flawsWhileUp,
  openStorm,
  type CallPoint,
  type Plan,
  type Storm,
} from '../_helpers/chaos.js';
import { serverError } from '../_helpers/faults.js';

const storms: Storm[] = [];
afterEach(async () => {
  for (const storm of storms.splice(0)) await storm.aws.stop();
});

async function open(): Promise<Storm> {
  const storm = await openStorm();
  storms.push(storm);
  return storm;
}

/** A connection that is reset, a failure after acting, and an answer that does not come in time. */
const WAYS: readonly Ending[] = ['reset', serverError(), 'silence'];

/** So many lives side by side: who waits for an answer that never comes leaves time to the others. */
const LANES = 4;
/** How long an answer is waited for, at least. On a busy machine as long as a whole `up` takes: no other call takes that. */
const LEAST_ANSWER_MS = 1_000;

/**
 * What one life loses: by each way another call's answer, a third of all calls apart, so that no loss is another's retry.
 * In as many lives as there are calls each is lost by each way.
 */
function lossesOf(life: number, calls: readonly CallPoint[]): Map<CallPoint, Ending> {
  const losses = new Map<CallPoint, Ending>();
  for (const [nth, way] of WAYS.entries()) {
    const point = calls[(life + Math.floor((nth * calls.length) / WAYS.length)) % calls.length];
    if (point !== undefined && life < calls.length) losses.set(point, way);
  }
  return losses;
}

/** Loses these answers; those that are left over in the end never were asked for. */
function losing(losses: ReadonlyMap<CallPoint, Ending>): { plan: Plan; unused: Set<CallPoint> } {
  const unused = new Set(losses.keys());
  const plan: Plan = (point) => {
    const way = losses.get(point);
    unused.delete(point);
    return way && { after: () => way };
  };
  return { plan, unused };
}

/** What is wrong after an `up` and a `down` that lose these answers. */
async function flawsAfterLoss(
  storm: Storm,
  name: string,
  losses: { inUp: Map<CallPoint, Ending>; inDown: Map<CallPoint, Ending> },
  answerMs: number,
): Promise<object[]> {
  const [rise, fall] = [losing(losses.inUp), losing(losses.inDown)];
  const lab = await storm.open(name, { timeOuts: { connectMs: 5_000, answerMs } });
  storm.begin(rise.plan);
  const { kind } = await lab.up();
  storm.end();
  const flaws: unknown[] = kind === 'up' ? [] : [`up ended as ${kind}`];
  flaws.push(...(await flawsWhileUp(storm, name, lab)));
  storm.begin(fall.plan);
  const report = await lab.down();
  storm.end();
  flaws.push(...(await flawsAfterDown(storm, name, report)));
  flaws.push(...[...rise.unused, ...fall.unused].map((point) => `${point} was never called`));
  storm.aws.release();
  return flaws.length > 0 ? [{ name, losses: [...losses.inUp, ...losses.inDown], flaws }] : [];
}

test('when the answer of any change is lost, in any way, up ends with one of each and down with nothing', async () => {
  const quiet = await open();
  const start = performance.now();
  const inUp = (await callsOf(quiet, 'lost-all-well-1', 'up')).filter(changes);
  const answerMs = Math.max(LEAST_ANSWER_MS, performance.now() - start);
  const inDown = (await callsOf(quiet, 'lost-all-well-2', 'down')).filter(changes);
  const lives = Math.max(inUp.length, inDown.length);

  const flaws: object[] = [];
  const tried = new Set<string>();
  const lane = async (first: number): Promise<void> => {
    const storm = await open();
    for (let life = first; life < lives; life += LANES) {
      const losses = { inUp: lossesOf(life, inUp), inDown: lossesOf(life, inDown) };
      flaws.push(...(await flawsAfterLoss(storm, `lost-${life}-x`, losses, answerMs)));
      for (const [point, way] of [...losses.inUp, ...losses.inDown]) tried.add(`${point} ${String(way)}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));

  expect(inUp.length).toBeGreaterThan(20);
  expect(tried.size).toBe(WAYS.length * (inUp.length + inDown.length));
  expect(flaws).toEqual([]);
}, 240_000);
