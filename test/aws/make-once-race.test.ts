import { setImmediate as idle } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { chooseWinner, makeOnce } from '../../src/aws/make-once.js';
import { fakeWaiting } from '../_helpers/fake-time.js';

type Run = 'A' | 'B';

/** AWS gives creation dates in whole seconds: in these races all are of the same one. */
interface Thing {
  readonly id: string;
  readonly createdDate: Date;
}

/**
 * An account in which two runs make a thing at the same time. Each of their calls waits for its turn in the script:
 * `AABB` is two calls of A, then two of B.
 */
async function race(script: string, ids: Record<Run, string>) {
  const things: Thing[] = [];
  const queues: Record<Run, (() => void)[]> = { A: [], B: [] };
  const turn = (run: Run): Promise<void> => new Promise((resolve) => queues[run].push(resolve));
  const start = (run: Run): Promise<Thing> =>
    makeOnce(fakeWaiting(), {
      create: async () => {
        await turn(run);
        const made = { id: ids[run], createdDate: new Date(0) };
        things.push(made);
        return made;
      },
      list: async () => {
        await turn(run);
        return [...things];
      },
      remove: async ({ id }) => {
        await turn(run);
        remove(things, id);
      },
    }).then(({ thing }) => thing);
  const runs = { A: start('A'), B: start('B') };
  // Whoever has calls left after the script makes them.
  for (const run of `${script}AAABBB`) {
    queues[run === 'A' ? 'A' : 'B'].shift()?.();
    await idle();
  }
  return { things, believed: { A: (await runs.A).id, B: (await runs.B).id } };
}

function remove(things: Thing[], id: string): void {
  const index = things.findIndex((each) => each.id === id);
  if (index >= 0) things.splice(index, 1);
}

/** Every order in which A and B can make three calls each: create, list and perhaps remove. */
function scripts(a = 3, b = 3): string[] {
  if (a === 0 || b === 0) return ['A'.repeat(a) + 'B'.repeat(b)];
  return [...scripts(a - 1, b).map((rest) => `A${rest}`), ...scripts(a, b - 1).map((rest) => `B${rest}`)];
}

const ORDERS: Record<Run, string>[] = [
  { A: 'low', B: 'zenith' },
  { A: 'zenith', B: 'low' },
];

describe.each(ORDERS)('two runs at once, A with the id $A and B with $B', (ids) => {
  test.each(scripts())('in the order %s leave at least one', async (script) => {
    const { things } = await race(script, ids);

    expect(things.length).toBeGreaterThanOrEqual(1);
  });

  test.each(scripts())('in the order %s agree after their last look, and leave one', async (script) => {
    const { things, believed } = await race(script, ids);

    const agreed: (string | undefined)[] = [];
    for (const run of ['A', 'B'] as const) {
      const winner = await chooseWinner(things);
      agreed.push(winner?.id);
      if (winner && believed[run] === ids[run] && winner.id !== ids[run]) remove(things, ids[run]);
    }

    expect({ agreed, left: things.map(({ id }) => id) }).toEqual({
      agreed: [agreed[0], agreed[0]],
      left: [agreed[0]],
    });
  });
});

test('without a last look both may believe to have won: the lower id came second, in the same second', async () => {
  const { believed } = await race('AABB', { A: 'zenith', B: 'low' });

  expect(believed).toEqual({ A: 'zenith', B: 'low' });
});
