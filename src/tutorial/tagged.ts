import { chooseWinner, inOrder } from '../aws/make-once.js';
import { awaitThat } from '../aws/poll.js';
import { BUDGETS } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import type { Difference } from './difference.js';
import type { StepEnv } from './env.js';
import type { Found } from './step.js';

/** A thing whose name AWS does not keep unique, as API Gateway lists it. */
interface Listed {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly createdDate?: Date | undefined;
}

/**
 * What a look finds of such a thing: of several that bear our tag the one in use, else the oldest; without one of ours
 * what somebody made by hand, which is a thing to speak of only if there is one.
 */
export async function foundAmong<Raw extends Listed, Thing>(
  listed: { readonly ours: readonly Raw[]; readonly byHand: readonly Raw[] },
  look: {
    /** Such as `REST API`. */
    readonly kind: string;
    readonly isUsed: (raw: Raw) => Promise<boolean>;
    readonly thingFrom: (used: Raw, ours: readonly Raw[]) => Thing;
    readonly differences: (raw: Raw) => Promise<Difference[]> | Difference[];
  },
): Promise<Found<Thing>> {
  const { ours, byHand } = listed;
  const winner = await chooseWinner(ours, look.isUsed);
  if (winner) {
    return {
      state: 'ours',
      thing: look.thingFrom(winner, ours),
      differences: await look.differences(winner),
    };
  }
  const [only, another] = byHand;
  if (!only) return { state: 'missing' };
  const single = another ? undefined : only;
  return {
    state: 'by-hand',
    thing: single && look.thingFrom(single, []),
    differences: single ? await look.differences(single) : [],
    strangers: byHand.map(({ name = '', id = '' }) => ({ what: `${look.kind} ${name} (${id})` })),
  };
}

/** The id in use, and all that bear our tag. */
export function idsOf(used: Listed, ours: readonly Listed[]): { id: string; ids: string[] } {
  if (used.id === undefined) throw new LabError('failed', 'API Gateway described a thing without its id.');
  return { id: used.id, ids: ours.flatMap(({ id }) => id ?? []) };
}

/**
 * The last look of a step at a thing that this run made (`Step.lastLook`). Of two runs at once the one whose thing comes
 * first (`inOrder`) wins. That other run may have seen ours in use and yielded, or not and gone on with its own: ours
 * waits until it shows, and yields only to one that is used.
 */
export async function isStillTheOne<Raw extends Listed>(
  env: StepEnv,
  thing: { readonly id: string },
  look: {
    readonly list: () => Promise<readonly Raw[]>;
    readonly isUsed: (raw: Raw) => Promise<boolean>;
    readonly remove: (id: string) => Promise<void>;
  },
): Promise<boolean> {
  const isSettled = async (): Promise<'ours' | 'theirs' | undefined> => {
    const ordered = inOrder(await look.list());
    const earlier = ordered.slice(
      0,
      Math.max(
        0,
        ordered.findIndex(({ id }) => id === thing.id),
      ),
    );
    if (earlier.length === 0) return 'ours';
    for (const each of earlier) if (await look.isUsed(each)) return 'theirs';
    return undefined;
  };
  const what = 'another run of the same lab has made up its mind';
  const outcome = await awaitThat(env.waiting, { what, budget: BUDGETS.rival }, isSettled).catch(
    // It was cut off before it used what it made: then ours stays.
    (error: unknown) => {
      if (error instanceof LabError && error.code === 'timed-out') return 'ours';
      throw error;
    },
  );
  if (outcome === 'theirs') await look.remove(thing.id);
  return outcome === 'ours';
}
