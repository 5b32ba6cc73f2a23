import { LabError } from '../lab-error.js';
import { isLost } from './errors.js';
import { callOf } from './origin.js';
import { awaitThat } from './poll.js';
import { BUDGETS, duration, spread, type Waiting } from './waiting.js';

/** A create whose answer is lost is tried this often in all. */
const ATTEMPTS = 8;

/** After a lost answer AWS may still be at work: the first look comes after this, the next ones after twice as long. */
const FIRST_LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 8_000;

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
      const pause = spread(Math.min(FIRST_LOOK_MS * 2 ** attempt, LONGEST_LOOK_MS));
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
export interface Made {
  readonly id?: string | undefined;
  readonly createdDate?: Date | undefined;
}

/** The things of one kind that bear the lab's tag. */
export interface Rivals<T> {
  /** All of them, read to the last page. */
  readonly list: () => Promise<readonly T[]>;
  /** Whether another part of the lab already points at it. */
  readonly isUsed: (thing: T) => Promise<boolean>;
  readonly remove: (thing: T) => Promise<unknown>;
}

/**
 * Which of several all runs go on with: the one that another part of the lab uses. Until there is one, a run that sees
 * several removes its own (`own`) unless that is the lowest by creation date and id, and builds on its own only when it
 * is the last left; on another's only once that is used, since its maker may yet yield. Creation dates have whole
 * seconds, so the lowest alone would not do: a run that saw only its own may build on that already while one that comes
 * first is made.
 *
 * A run that was cut off neither uses nor removes its own: when the wait ends, the lowest is taken.
 * @returns undefined when all have gone
 */
export async function settle<T extends Made>(
  waiting: Waiting,
  rivals: Rivals<T>,
  own?: T,
): Promise<T | undefined> {
  let mine = own;
  let sawSeveral = false;
  const yieldTo = async (other: T): Promise<void> => {
    if (!mine || mine.id === other.id) return;
    const loser = mine;
    mine = undefined;
    await rivals.remove(loser);
  };
  const look = async (): Promise<{ winner: T | undefined } | undefined> => {
    const all = withOwn(await rivals.list(), mine);
    const [first, second] = all;
    if (!second && (!first || !sawSeveral || mine?.id === first.id)) return { winner: first };
    sawSeveral = true;
    const used = await firstUsed(rivals, all);
    if (used) return { winner: used };
    if (first) await yieldTo(first);
    return undefined;
  };
  const what = 'other runs of the same lab agree on what they made';
  const verdict = await awaitThat(waiting, { what, budget: BUDGETS.rival }, look).catch(
    async (error: unknown) => {
      if (!(error instanceof LabError) || error.code !== 'timed-out') throw error;
      return { winner: inOrder(await rivals.list())[0] };
    },
  );
  if (verdict.winner) await yieldTo(verdict.winner);
  return verdict.winner;
}

/** The first that is in use, in the order on which all runs agree. */
export async function firstUsed<T extends Made>(
  { isUsed }: Pick<Rivals<T>, 'isUsed'>,
  things: readonly T[],
): Promise<T | undefined> {
  for (const thing of inOrder(things)) if (await isUsed(thing)) return thing;
  return undefined;
}

/** In order; a thing that was just made may not be in the list yet. */
function withOwn<T extends Made>(listed: readonly T[], own: T | undefined): T[] {
  const isMissing = own !== undefined && listed.every(({ id }) => id !== own.id);
  return inOrder(isMissing ? [...listed, own] : listed);
}

/** By creation date and id: the order on which all runs agree. */
export function inOrder<T extends Made>(things: readonly T[]): T[] {
  return [...things].sort(
    (a, b) => (a.createdDate?.getTime() ?? 0) - (b.createdDate?.getTime() ?? 0) || compare(a.id, b.id),
  );
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
