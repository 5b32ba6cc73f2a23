import { collect } from './paginate.js';

/** The tag that makes a thing ours; its value is the lab's name. */
export const LAB_TAG = 'lab-setup:lab';

/** Tags as AWS gives them: a map (Lambda, API Gateway, Logs) or a list (IAM, DynamoDB). */
export type Tags =
  | Readonly<Record<string, string>>
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | undefined;

/** Tags as a map, whichever form they came in. */
export function tagMap(tags: Tags): Readonly<Record<string, string>> {
  if (tags === undefined) return {};
  if (!isTagList(tags)) return tags;
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
  );
}

function isTagList(
  tags: NonNullable<Tags>,
): tags is readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] {
  return Array.isArray(tags);
}

/** A map as IAM's and DynamoDB's list. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Marks what was made by hand and taken over by `up --adopt`. */
const ADOPTED_TAG = 'lab-setup:adopted';

/** Put beside the lab's own tags. */
export const ADOPTED: Readonly<Record<string, string>> = { [ADOPTED_TAG]: 'true' };

export const isAdopted = (tags: Tags): boolean => tagMap(tags)[ADOPTED_TAG] !== undefined;

/** Another lab whose tag the thing bears; undefined when it bears none, or this lab's. */
export function otherOwner(tags: Tags, lab: string): string | undefined {
  const owner = tagMap(tags)[LAB_TAG];
  return owner === lab ? undefined : owner;
}

export const belongsTo = (tags: Tags, lab: string): boolean => tagMap(tags)[LAB_TAG] === lab;

/**
 * Of things that may bear one name twice: those tagged as this lab's, and those of the name that bear no lab's tag. Nothing
 * else of a page is kept, however many neighbours the account has.
 */
export async function sortOut<Page, T extends { name?: string | undefined; tags?: Tags }>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly T[] | undefined,
  wanted: { lab: string; hasName: (name: string) => boolean },
): Promise<{ ours: T[]; byHand: T[] }> {
  const isOurs = ({ tags }: T): boolean => belongsTo(tags, wanted.lab);
  const isByHand = ({ name = '', tags }: T): boolean =>
    wanted.hasName(name) && tagMap(tags)[LAB_TAG] === undefined;
  const kept = await collect(pages, (page) =>
    itemsOf(page)?.filter((thing) => isOurs(thing) || isByHand(thing)),
  );
  return { ours: kept.filter(isOurs), byHand: kept.filter(isByHand) };
}
