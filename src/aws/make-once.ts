import { isLost } from './errors.js';
import { callOf } from './origin.js';
import { duration, spread, type Waiting } from './waiting.js';

/** A create whose answer is lost is tried this often in all. */
const ATTEMPTS = 4;

/** After a lost answer AWS may still be at work: the first look comes after this, each further one after twice as long. */
const FIRST_LOOK_MS = 2_000;

/**
 * Creates what AWS would make twice if it were asked twice. When the answer is lost it waits, looks whether the thing
 * was made after all, and only then tries again.
 * @returns the thing, and whether it was this call that answered with it
 * @throws the error of the last try when its answer is lost too and nothing was made
 */
export async function createUnlessMade<T>(
  waiting: Waiting,
  thing: {
    create: () => Promise<T>;
    find: () => Promise<T | undefined>;
  },
): Promise<{ made: T; mine: boolean }> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return { made: await thing.create(), mine: true };
    } catch (error) {
      if (!isLost(error)) throw error;
      const pause = spread(FIRST_LOOK_MS * 2 ** attempt);
      waiting.note(
        `${callOf(error) ?? 'a create'}: the answer was lost; looking in ${duration(pause)} what came of it`,
      );
      await waiting.clock.sleep(pause, waiting.signal);
      const found = await thing.find();
      if (found !== undefined) return { made: found, mine: false };
      if (attempt + 1 === ATTEMPTS) throw error;
    }
  }
}

/** A thing whose name AWS does not keep unique: REST API, API key, usage plan. */
interface Made {
  readonly id?: string | undefined;
  readonly createdDate?: Date | undefined;
}

/**
 * Creates a thing whose name is not unique, once. Afterwards it looks by tag, since another `up` may have made one at
 * the same time: `chooseWinner` says which of them stays, and what this run made in vain it removes.
 *
 * What it gives back has won for now. A creation date has whole seconds, so another run may yet make one that comes
 * first: list and choose again before reporting success, and when another has won, remove one's own and go on with that.
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
): Promise<{ readonly thing: T; readonly mine: boolean }> {
  const { made, mine } = await createUnlessMade(waiting, {
    create: thing.create,
    find: async () => chooseWinner(await thing.list(), thing.isUsed),
  });
  const all = await thing.list();
  const winner = (await chooseWinner(all, thing.isUsed)) ?? made;
  if (mine && winner.id !== made.id) await thing.remove(made);
  return { thing: winner, mine: mine && winner.id === made.id };
}

/**
 * The rule by which all runs agree on one of several: the one that another part of the lab uses, else the lowest by
 * creation date and id (of several in use the lowest, too). It depends on nothing but what is there, so runs that see
 * the same things choose the same. @returns undefined when there are none
 */
export async function chooseWinner<T extends Made>(
  things: readonly T[],
  isUsed?: (thing: T) => Promise<boolean>,
): Promise<T | undefined> {
  const ordered = inOrder(things);
  if (isUsed && ordered.length > 1) {
    for (const thing of ordered) if (await isUsed(thing)) return thing;
  }
  return ordered[0];
}

/** By creation date and id: the order on which all runs agree. */
export function inOrder<T extends Made>(things: readonly T[]): T[] {
  return [...things].sort(
    (a, b) => (a.createdDate?.getTime() ?? 0) - (b.createdDate?.getTime() ?? 0) || compare(a.id, b.id),
  );
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
