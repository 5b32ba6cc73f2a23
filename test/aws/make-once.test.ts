import { describe, expect, test } from '@jest/globals';
import { createUnlessMade } from '../../src/aws/make-once.js';
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
