import { createUnlessMade, firstUsed, inOrder, settle, type Made } from '../aws/make-once.js';
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
  readonly createdDate: Date | undefined;
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
  readonly isUsed: (env: Unplaced, thing: Made) => Promise<boolean>;
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
  look: Look<Raw, Thing>,
): Promise<Found<Thing>> {
  const { ours, byHand } = await kind.list(env);
  const [first, second] = inOrder(ours);
  if (first && !second) return { state: 'ours', ...(await described(first, { ours, look })) };
  if (first) return foundAmongSeveral(env, kind, { first, ours, look });
  const [only, another] = byHand;
  if (!only) return { state: 'missing' };
  const single = another ? undefined : await look(only, taggedOf(only, []));
  return {
    state: 'by-hand',
    thing: single?.thing,
    differences: single?.differences ?? [
      { setting: `${kind.noun}s of this name`, expected: 1, actual: byHand.length },
    ],
    strangers: byHand.map(({ name = '', id = '' }) => ({ what: `${kind.noun} ${name} (${id})`, id })),
  };
}

/** What one of them is as the step's thing, and how it differs from what is wanted. */
type Look<Raw, Thing> = (raw: Raw, tagged: Tagged) => Described<Thing> | Promise<Described<Thing>>;

interface Described<Thing> {
  readonly thing: Thing;
  readonly differences: readonly Difference[];
}

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
  const { thing, differences } = await found.look(used, taggedOf(used, found.ours, found.leftBehind));
  return { thing, differences: [...differences] };
}

/** @throws LabError when the description lacks its id. */
export function taggedOf(used: Listed, ours: readonly Listed[], leftBehind: readonly Listed[] = []): Tagged {
  if (used.id === undefined) throw new LabError('failed', 'API Gateway described a thing without its id.');
  const ids = (things: readonly Listed[]): string[] => things.flatMap(({ id }) => id ?? []);
  return { id: used.id, createdDate: used.createdDate, ids: ids(ours), leftBehind: ids(leftBehind) };
}

/** Makes such a thing, once; which one all runs go on with is for `isAgreedOn` to say. */
async function makeTagged<Raw extends Listed>(
  env: StepEnv,
  kind: Kind<Raw>,
  create: () => Promise<Raw>,
): Promise<{ readonly made: Raw; readonly mine: boolean }> {
  const find = async (): Promise<Raw | undefined> => inOrder((await kind.list(env)).ours)[0];
  return createUnlessMade(env.waiting, { create, find });
}

/** `Step.agree` of such a thing. Lists may be late, so it is looked at once more before success (`isStillTheOne`). */
export async function isAgreedOn<Raw extends Listed>(
  env: StepEnv,
  kind: Kind<Raw>,
  { thing, mine }: { readonly thing: Tagged; readonly mine: boolean },
): Promise<boolean> {
  const winner = await settle<Made>(env.waiting, rivalsOf(env, kind), mine ? thing : undefined);
  return winner?.id === thing.id;
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
    readonly create: () => Promise<Raw>;
    readonly thingFrom: (used: Raw, tagged: Tagged) => Thing;
    readonly repair: (id: string, differences: readonly Difference[]) => Promise<void>;
  },
): Promise<Ensured<Thing>> {
  const thingOf = (raw: Raw): Thing => how.thingFrom(raw, taggedOf(raw, [raw]));
  const make = async (): Promise<Ensured<Thing>> => {
    const { made, mine } = await makeTagged(env, kind, how.create);
    return { thing: thingOf(made), outcome: mine ? 'created' : 'unchanged' };
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

function rivalsOf<Raw extends Listed>(env: StepEnv, kind: Kind<Raw>) {
  return {
    list: async () => (await kind.list(env)).ours,
    isUsed: (thing: Made) => kind.isUsed(env, thing),
    remove: ({ id = '' }: Made) => kind.remove(env, id),
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
