import { isLost } from './errors.js';
import { BUDGETS, pauseOf, type Waiting } from './waiting.js';

/** A thing whose name AWS does not keep unique: REST API, API key, usage plan. */
interface Made {
  readonly id?: string | undefined;
  readonly createdDate?: Date | undefined;
}

/** A lost answer is looked into this often before the error is reported. */
const ATTEMPTS = 4;

/**
 * Creates a thing whose name is not unique, once. When the answer is lost it looks for the thing by tag before another
 * try; afterwards it looks again, since another `up` may have made one at the same time: then the winner is the one
 * that is used already, else the oldest, and what this run made in vain it removes.
 */
export async function makeOnce<T extends Made>(
  waiting: Waiting,
  thing: {
    create: () => Promise<T>;
    /** All things that bear the lab's tag, read to the last page. */
    list: () => Promise<T[]>;
    /** Whether another part of the lab already points at it. */
    isUsed?: (thing: T) => Promise<boolean>;
    remove: (thing: T) => Promise<unknown>;
  },
): Promise<T> {
  const { made, mine } = await createOrFind(waiting, thing);
  const all = await thing.list();
  const winner = (await chooseWinner(all, thing.isUsed)) ?? made;
  if (mine && winner.id !== made.id) await thing.remove(made);
  return winner;
}

async function createOrFind<T extends Made>(
  waiting: Waiting,
  thing: { create: () => Promise<T>; list: () => Promise<T[]> },
): Promise<{ made: T; mine: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { made: await thing.create(), mine: true };
    } catch (error) {
      if (!isLost(error)) throw error;
      const found = await chooseWinner(await thing.list());
      if (found) return { made: found, mine: false };
      if (attempt === ATTEMPTS) throw error;
      waiting.note('the answer was lost; trying again');
      await waiting.clock.sleep(pauseOf(BUDGETS.conflict, attempt), waiting.signal);
    }
  }
}

/** The used one, else the lowest by creation date and id; undefined when there are none. */
export async function chooseWinner<T extends Made>(
  things: readonly T[],
  isUsed?: (thing: T) => Promise<boolean>,
): Promise<T | undefined> {
  const ordered = [...things].sort(
    (a, b) => (a.createdDate?.getTime() ?? 0) - (b.createdDate?.getTime() ?? 0) || compare(a.id, b.id),
  );
  if (isUsed && ordered.length > 1) {
    for (const thing of ordered) if (await isUsed(thing)) return thing;
  }
  return ordered[0];
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
