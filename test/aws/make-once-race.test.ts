import { setImmediate as idle } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Rivals } from '../../src/aws/make-once.js';
import { fakeWaiting } from '../_helpers/fake-time.js';
import { makeOnce } from '../_helpers/make-once.js';

/** AWS gives creation dates in whole seconds: in these races all are of the same one. */
interface Thing {
  readonly id: string;
  readonly createdDate: Date;
}

/**
 * An account in which several runs make a thing at the same time and then use it. Each call of each run waits for its
 * turn, and so does each pause: whose turn is next is `choose`'s to say, among those who wait.
 */
async function race(ids: readonly string[], choose: (waiting: readonly string[]) => string | undefined) {
  const things: Thing[] = [];
  const used = new Set<string>();
  const turns = new Map<string, () => void>();
  const turn = (run: string): Promise<void> => new Promise((resolve) => turns.set(run, resolve));
  const rivalsOf = (run: string): Rivals<Thing> => ({
    list: async () => {
      await turn(run);
      return [...things];
    },
    isUsed: ({ id }) => Promise.resolve(used.has(id)),
    remove: async ({ id }) => {
      await turn(run);
      const place = things.findIndex((each) => each.id === id);
      if (place >= 0) things.splice(place, 1);
    },
  });
  const start = async (run: string): Promise<string> => {
    const waiting = fakeWaiting();
    const clock = {
      ...waiting.clock,
      sleep: async (ms: number, signal: AbortSignal) => {
        await turn(run);
        await waiting.clock.sleep(ms, signal);
      },
    };
    const create = async (): Promise<Thing> => {
      await turn(run);
      const made = { id: run, createdDate: new Date(0) };
      things.push(made);
      return made;
    };
    const { thing } = await makeOnce({ ...waiting, clock }, { ...rivalsOf(run), create });
    // What is built on it takes some calls until it shows.
    await turn(run);
    await turn(run);
    if (things.some(({ id }) => id === thing.id)) used.add(thing.id);
    return thing.id;
  };
  let running = ids.length;
  const believed = ids.map((id) => start(id).finally(() => (running -= 1)));
  while (running > 0) {
    await idle();
    const next = choose([...turns.keys()]) ?? turns.keys().next().value ?? '';
    const take = turns.get(next);
    turns.delete(next);
    take?.();
  }
  return {
    believed: new Set(await Promise.all(believed)),
    left: things.map(({ id }) => id),
    used: [...used],
  };
}

/** Every order of the first three turns of two runs. */
function scripts(a = 3, b = 3): string[] {
  if (a === 0 || b === 0) return ['A'.repeat(a) + 'B'.repeat(b)];
  return [...scripts(a - 1, b).map((rest) => `A${rest}`), ...scripts(a, b - 1).map((rest) => `B${rest}`)];
}

describe.each([
  ['the lower id', 'A-low', 'B-zenith'],
  ['the higher id', 'A-zenith', 'B-low'],
])('two runs at once, the first with %s', (_, a, b) => {
  test.each(scripts())('in the order %s agree on one, and leave that one', async (script) => {
    const order = Array.from(script, (run) => (run === 'A' ? a : b));

    const { believed, left, used } = await race([a, b], () => order.shift());

    expect({ believed: [...believed], left }).toEqual({ believed: used, left: used });
  });
});

test.each([2, 3, 4, 8])('%i runs at once agree on one in any of 150 orders by chance', async (runs) => {
  const random = seeded(runs);
  const unequal: object[] = [];

  for (let round = 0; round < 150; round += 1) {
    const ids = Array.from({ length: runs }, (_, place) => `${random(9)}${place}`);
    const { believed, left, used } = await race(ids, (waiting) => waiting[random(waiting.length)]);
    if (believed.size !== 1 || left.length !== 1 || used[0] !== left[0])
      unequal.push({ believed, left, used });
  }

  expect(unequal).toEqual([]);
});

/** Numbers from 0 to below `limit`, the same for each seed (a linear congruential generator). */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
