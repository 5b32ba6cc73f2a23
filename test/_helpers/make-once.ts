import { createUnlessMade, inOrder, settle, type Made, type Rivals } from '../../src/aws/make-once.js';
import type { Waiting } from '../../src/aws/waiting.js';

/** Creates and settles, as a walk does with a thing whose name is not unique; with the winner as `thing`. */
export async function makeOnce<T extends Made>(
  waiting: Waiting,
  rivals: Rivals<T> & { readonly create: () => Promise<T> },
): Promise<{ readonly thing: T; readonly mine: boolean }> {
  const find = async (): Promise<T | undefined> => inOrder(await rivals.list())[0];
  const { made, mine } = await createUnlessMade(waiting, { create: rivals.create, find });
  const thing = (await settle(waiting, rivals, mine ? made : undefined)) ?? made;
  return { thing, mine: mine && thing.id === made.id };
}
