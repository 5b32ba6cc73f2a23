import { describe, expect, test } from '@jest/globals';
import { createUnlessMade, inOrder, settle } from '../../src/aws/make-once.js';
import { BUDGETS } from '../../src/aws/waiting.js';
import { makeOnce } from '../_helpers/make-once.js';
import { fakeWaiting } from '../_helpers/fake-time.js';

interface Thing {
  readonly id: string;
  readonly createdDate: Date;
}

const thing = (id: string, second = 0): Thing => ({ id, createdDate: new Date(second * 1000) });
const lostAnswer = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** An account that makes things; `lose` loses that many answers, before or after acting. */
function account(options: { there?: Thing[]; lose?: ('before' | 'after')[] } = {}) {
  const things = [...(options.there ?? [])];
  const lose = [...(options.lose ?? [])];
  const removed: string[] = [];
  return {
    things,
    removed,
    create: (): Promise<Thing> => {
      const how = lose.shift();
      if (how === 'before') return Promise.reject(lostAnswer);
      const made = thing(`made-${things.length}`, 50 + things.length);
      things.push(made);
      return how === 'after' ? Promise.reject(lostAnswer) : Promise.resolve(made);
    },
    list: () => Promise.resolve([...things]),
    isUsed: () => Promise.resolve(false),
    remove: ({ id }: Thing) => {
      removed.push(id);
      things.splice(
        things.findIndex((each) => each.id === id),
        1,
      );
      return Promise.resolve();
    },
  };
}

describe('a thing whose name is not unique', () => {
  test('is made once when all goes well', async () => {
    const aws = account();

    await makeOnce(fakeWaiting(), aws);

    expect(aws.things).toHaveLength(1);
  });

  test('is found again when AWS acted but its answer was lost', async () => {
    const aws = account({ lose: ['after'] });

    await makeOnce(fakeWaiting(), aws);

    expect(aws.things).toHaveLength(1);
  });

  test('is made by a second try when the request was lost', async () => {
    const aws = account({ lose: ['before'] });

    await makeOnce(fakeWaiting(), aws);

    expect(aws.things).toHaveLength(1);
  });

  test('yields to an older one that another run made meanwhile, and removes its own', async () => {
    const aws = account();
    const create = async (): Promise<Thing> => {
      aws.things.push(thing('of another run', 1));
      return aws.create();
    };

    const { thing: winner } = await makeOnce(fakeWaiting(), { ...aws, create });

    expect({ winner: winner.id, left: aws.things.map(({ id }) => id) }).toEqual({
      winner: 'of another run',
      left: ['of another run'],
    });
  });

  test('yields to one that is used already, even if that is younger', async () => {
    const aws = account();
    const create = async (): Promise<Thing> => {
      aws.things.push(thing('in use', 99));
      return aws.create();
    };

    const { thing: winner } = await makeOnce(fakeWaiting(), {
      ...aws,
      create,
      isUsed: ({ id }) => Promise.resolve(id === 'in use'),
    });

    expect(winner.id).toBe('in use');
  });

  test('is not tried for ever', async () => {
    const aws = account({ lose: Array<'before'>(20).fill('before') });

    await expect(makeOnce(fakeWaiting(), aws)).rejects.toThrow('socket hang up');
  });
});

describe('a create whose answer was lost', () => {
  test('is looked for before it is tried again, after a time that AWS may still need', async () => {
    const waiting = fakeWaiting();
    const story: string[] = [];

    await createUnlessMade(waiting, {
      create: () => {
        story.push('create');
        return story.length < 5 ? Promise.reject(lostAnswer) : Promise.resolve('made');
      },
      find: () => {
        story.push(
          `look after ${Math.floor((waiting.clock.slept.at(-1) ?? 0) / 1000) > 0 ? 'seconds' : 'no time'}`,
        );
        return Promise.resolve(undefined);
      },
    });

    expect(story).toEqual(['create', 'look after seconds', 'create', 'look after seconds', 'create']);
  });

  test('that AWS carries out late is found, and not made twice', async () => {
    const waiting = fakeWaiting();
    let asked = 0;
    const carriedOutAt = 1_000;

    const { made, mine } = await createUnlessMade(waiting, {
      create: () => {
        asked += 1;
        return Promise.reject(lostAnswer);
      },
      find: () => Promise.resolve(waiting.clock.now() >= carriedOutAt ? 'late' : undefined),
    });

    expect({ made, mine, asked }).toEqual({ made: 'late', mine: false, asked: 1 });
  });

  test('is looked for after the last try as well', async () => {
    const story: string[] = [];

    await expect(
      createUnlessMade(fakeWaiting(), {
        create: () => {
          story.push('create');
          return Promise.reject(lostAnswer);
        },
        find: () => {
          story.push('look');
          return Promise.resolve(undefined);
        },
      }),
    ).rejects.toBe(lostAnswer);

    expect(story.at(-1)).toBe('look');
  });

  test('that was refused is not tried again', async () => {
    const refused = new Error('refused');

    const call = createUnlessMade(fakeWaiting(), {
      create: () => Promise.reject(refused),
      find: () => Promise.resolve('of another run'),
    });

    await expect(call).rejects.toBe(refused);
  });
});

describe('which of several to go on with', () => {
  const [first, second] = [thing('first', 1), thing('second', 2)];

  /** Looks that find these things, the last ones for ever; `usedFrom` is the look from which on all are used. */
  function looks(lists: readonly (readonly Thing[])[], usedFrom = Infinity) {
    const waiting = fakeWaiting();
    const removed: string[] = [];
    let looked = 0;
    const rivals = {
      list: () => Promise.resolve(lists[(looked += 1) - 1] ?? lists.at(-1) ?? []),
      isUsed: () => Promise.resolve(looked >= usedFrom),
      remove: ({ id }: Thing) => Promise.resolve(void removed.push(`${id} after look ${looked}`)),
    };
    return { waiting, rivals, removed, looked: () => looked };
  }

  test.each([
    ['listed', [second]],
    ['not listed yet', []],
  ])('is known at once where only the own is there, %s', async (_, list) => {
    const { waiting, rivals, removed } = looks([list]);

    expect(await settle(waiting, rivals, second)).toBe(second);
    expect({ slept: waiting.clock.slept, removed }).toEqual({ slept: [], removed: [] });
  });

  test('is the own as soon as the other run has removed its own', async () => {
    const { waiting, rivals, removed, looked } = looks([[second, first], [first]]);

    expect(await settle(waiting, rivals, first)).toBe(first);
    expect({ looked: looked(), removed }).toEqual({ looked: 2, removed: [] });
  });

  test('is not the other’s before that is used, since its maker may yield as well', async () => {
    const { waiting, rivals, removed, looked } = looks([[first, second], [first]], 5);

    expect(await settle(waiting, rivals, second)).toBe(first);
    expect({ looked: looked(), removed }).toEqual({ looked: 5, removed: ['second after look 1'] });
  });

  test('is the first after a minute, when the run that made it was cut off', async () => {
    const { waiting, rivals } = looks([[first, second], [first]]);

    expect(await settle(waiting, rivals, second)).toBe(first);
    expect(waiting.clock.now()).toBeGreaterThan(BUDGETS.rival.ms - 2 * BUDGETS.rival.pauseMs);
  });

  test('is not guessed where the list cannot be read', async () => {
    const { waiting, rivals } = looks([]);
    const denied = new Error('may not list');

    await expect(settle(waiting, { ...rivals, list: () => Promise.reject(denied) }, first)).rejects.toBe(
      denied,
    );
  });

  test('follows the creation date, and the id within one second', () => {
    const things = [thing('b', 2), thing('a', 2), thing('z', 1)];

    expect(inOrder(things).map(({ id }) => id)).toEqual(['z', 'a', 'b']);
  });
});
