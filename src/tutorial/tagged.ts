import { firstUsed, inOrder, makeOnce, settle, type Made, type Rivals } from '../aws/make-once.js';
import { awaitThat } from '../aws/poll.js';
import { BUDGETS } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import type { Difference } from './difference.js';
import type { StepEnv, Unplaced } from './env.js';
import type { Ensured, Found } from './step.js';

/** A thing whose name AWS does not keep unique, as API Gateway lists it. */
interface Listed extends Made {
  readonly name?: string | undefined;
}

/** What a step knows of such a thing. */
export interface Tagged {
  /** The one in use. */
  readonly id: string;
  /** All that bear the lab's tag. */
  readonly ids: readonly string[];
  /** Of these, what runs that were cut off left behind: old, and used by nothing. */
  readonly leftBehind: readonly string[];
}

/** One kind of such things: what the steps 4, 9 and 10 tell of theirs. */
export interface Kind<Raw extends Listed> {
  /** Such as `REST API`. */
  readonly noun: string;
  readonly list: (
    env: Unplaced,
  ) => Promise<{ readonly ours: readonly Raw[]; readonly byHand: readonly Raw[] }>;
  /** Whether another part of the lab points at it. */
  readonly isUsed: (env: Unplaced, raw: Raw) => Promise<boolean>;
  readonly remove: (env: Unplaced, id: string) => Promise<void>;
}

/** An unused thing that is older than this was left behind: no run takes so long from making it to using it. */
const LEFT_BEHIND_MS = 10 * 60_000;

/**
 * What a look finds of such a thing: of several that bear our tag the one in use; without one of ours what somebody made
 * by hand, which is a thing to speak of only if there is one. While runs that go on at the same time have not yet agreed
 * on one of several, it is still coming.
 */
export async function foundAmong<Raw extends Listed, Thing>(
  env: Unplaced,
  kind: Kind<Raw>,
  look: {
    readonly thingFrom: (used: Raw, tagged: Tagged) => Thing;
    readonly differences: (raw: Raw) => Promise<Difference[]> | Difference[];
  },
): Promise<Found<Thing>> {
  const { ours, byHand } = await kind.list(env);
  const [first, second] = inOrder(ours);
  if (first && !second) return { state: 'ours', ...(await described(first, { ours, look })) };
  if (first) return foundAmongSeveral(env, kind, { first, ours, look });
  const [only, another] = byHand;
  if (!only) return { state: 'missing' };
  const single = another ? undefined : only;
  return {
    state: 'by-hand',
    thing: single && look.thingFrom(single, taggedOf(single, [])),
    differences: single
      ? await look.differences(single)
      : [{ setting: `${kind.noun}s of this name`, expected: 1, actual: byHand.length }],
    strangers: byHand.map(({ name = '', id = '' }) => ({ what: `${kind.noun} ${name} (${id})`, id })),
  };
}

type Look<Raw extends Listed, Thing> = Parameters<typeof foundAmong<Raw, Thing>>[2];

async function foundAmongSeveral<Raw extends Listed, Thing>(
  env: Unplaced,
  kind: Kind<Raw>,
  { first, ours, look }: { first: Raw; ours: readonly Raw[]; look: Look<Raw, Thing> },
): Promise<Found<Thing>> {
  const used = await firstUsed({ isUsed: (raw) => kind.isUsed(env, raw) }, ours);
  const winner = used ?? first;
  // What does not tell its age may be a minute old.
  const isOld = ({ createdDate }: Raw): boolean =>
    createdDate !== undefined && env.waiting.clock.now() - createdDate.getTime() > LEFT_BEHIND_MS;
  const leftBehind: Raw[] = [];
  for (const each of ours) {
    if (each.id !== winner.id && isOld(each) && !(await kind.isUsed(env, each))) leftBehind.push(each);
  }
  const { thing, differences } = await described(winner, { ours, leftBehind, look });
  const isAgreed = used !== undefined || leftBehind.length === ours.length - 1;
  if (leftBehind.length > 0) {
    differences.push({ setting: `${kind.noun}s of this lab`, expected: 1, actual: 1 + leftBehind.length });
  }
  return { state: isAgreed ? 'ours' : 'coming', thing, differences };
}

async function described<Raw extends Listed, Thing>(
  used: Raw,
  found: { ours: readonly Raw[]; leftBehind?: readonly Raw[]; look: Look<Raw, Thing> },
): Promise<{ thing: Thing; differences: Difference[] }> {
  return {
    thing: found.look.thingFrom(used, taggedOf(used, found.ours, found.leftBehind)),
    differences: [...(await found.look.differences(used))],
  };
}

/** @throws LabError when the description lacks its id. */
export function taggedOf(used: Listed, ours: readonly Listed[], leftBehind: readonly Listed[] = []): Tagged {
  if (used.id === undefined) throw new LabError('failed', 'API Gateway described a thing without its id.');
  const ids = (things: readonly Listed[]): string[] => things.flatMap(({ id }) => id ?? []);
  return { id: used.id, ids: ids(ours), leftBehind: ids(leftBehind) };
}

/** Makes such a thing unless another run is making one; either way all go on with the one that is given back. */
export function makeTagged<Raw extends Listed>(
  env: StepEnv,
  kind: Kind<Raw>,
  create: () => Promise<Raw>,
): Promise<{ readonly thing: Raw; readonly mine: boolean }> {
  return makeOnce(env.waiting, { ...rivalsOf(env, kind), create });
}

/**
 * Makes such a thing, or puts right what was found: removes what runs that were cut off left behind, and waits where
 * runs that go on at the same time have not agreed yet.
 */
export async function ensureTagged<Raw extends Listed, Thing extends Tagged>(
  env: StepEnv,
  kind: Kind<Raw>,
  found: Exclude<Found<Thing>, { state: 'by-hand' }>,
  how: {
    readonly make: () => Promise<{ readonly thing: Raw; readonly mine: boolean }>;
    readonly thingFrom: (used: Raw, tagged: Tagged) => Thing;
    readonly repair: (id: string, differences: readonly Difference[]) => Promise<void>;
  },
): Promise<Ensured<Thing>> {
  const thingOf = (raw: Raw): Thing => how.thingFrom(raw, taggedOf(raw, [raw]));
  const make = async (): Promise<Ensured<Thing>> => {
    const { thing, mine } = await how.make();
    return { thing: thingOf(thing), outcome: mine ? 'created' : 'unchanged' };
  };
  if (found.state === 'missing' || found.state === 'going') return make();
  if (found.state === 'coming') {
    const agreed = await settle(env.waiting, rivalsOf(env, kind));
    if (!agreed) return make();
    if (agreed.id !== found.thing.id) return { thing: thingOf(agreed), outcome: 'unchanged' };
  }
  for (const id of found.thing.leftBehind) await kind.remove(env, id);
  await how.repair(found.thing.id, found.differences);
  return { thing: found.thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
}

function rivalsOf<Raw extends Listed>(env: StepEnv, kind: Kind<Raw>): Rivals<Raw> {
  return {
    list: async () => (await kind.list(env)).ours,
    isUsed: (raw) => kind.isUsed(env, raw),
    remove: ({ id = '' }) => kind.remove(env, id),
  };
}

/**
 * The last look of a step at a thing that this run made (`Step.lastLook`): lists may be late, so another run may have
 * gone on with one that comes first (`inOrder`). Ours waits until that shows, and yields only to one that is used.
 */
export async function isStillTheOne<Raw extends Listed>(
  env: StepEnv,
  kind: Kind<Raw>,
  thing: { readonly id: string },
): Promise<boolean> {
  const look = async (): Promise<'ours' | 'theirs' | undefined> => {
    const ordered = inOrder((await kind.list(env)).ours);
    const ownPlace = ordered.findIndex(({ id }) => id === thing.id);
    const earlier = ordered.slice(0, Math.max(0, ownPlace));
    if (earlier.length === 0) return 'ours';
    const used = await firstUsed({ isUsed: (raw) => kind.isUsed(env, raw) }, earlier);
    return used && 'theirs';
  };
  const what = 'another run of the same lab has made up its mind';
  const outcome = await awaitThat(env.waiting, { what, budget: BUDGETS.rival }, look).catch(
    // It was cut off before it used what it made: then ours stays.
    (error: unknown) => {
      if (error instanceof LabError && error.code === 'timed-out') return 'ours';
      throw error;
    },
  );
  if (outcome === 'theirs') await kind.remove(env, thing.id);
  return outcome === 'ours';
}
