import { belongsTo, otherOwner, type Tags } from '../aws/ownership.js';
import type { Unplaced } from './env.js';
import type { Stranger } from './step.js';

/** A thing of the lab's name as a stranger; undefined when its tags say that it is the lab's. */
export function strangerOf(
  env: Unplaced,
  thing: { readonly kind: string; readonly name: string; readonly id: string; readonly tags: Tags },
): Stranger | undefined {
  const { kind, name, id, tags } = thing;
  if (belongsTo(tags, env.lab.name)) return undefined;
  const owner = otherOwner(tags, env.lab.name);
  const what = `${kind} ${name} (${id})`;
  return { what, id, ...(owner === undefined ? {} : { owner: `the lab ${owner}’s` }) };
}
