import { chooseWinner } from '../aws/make-once.js';
import { LabError } from '../lab-error.js';
import type { Difference } from './difference.js';
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

/** The last look of a step at a thing that this run made (`Step.lastLook`). */
export async function isStillTheOne<Raw extends Listed>(
  thing: { readonly id: string },
  look: {
    readonly ours: readonly Raw[];
    readonly isUsed: (raw: Raw) => Promise<boolean>;
    readonly remove: (id: string) => Promise<void>;
  },
): Promise<boolean> {
  const winner = await chooseWinner(look.ours, look.isUsed);
  if (!winner || winner.id === thing.id) return true;
  await look.remove(thing.id);
  return false;
}
