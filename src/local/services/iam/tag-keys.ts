import { invalidInput, limitExceeded } from './errors.js';
import { keyOf, type Tag } from './state.js';

/** For each role and each policy. */
const MAX_TAGS = 50;

/** How tag keys of one kind of thing are told apart, and IAM's words about them (recorded from AWS). */
export interface TagKeys {
  keyOf(key: string): string;
  readonly duplicate: string;
  readonly quota: string;
}

/** A role's tags: `a` and `A` are one key. */
export const roleKeys: TagKeys = {
  keyOf,
  duplicate: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  quota: 'TagsPerRole',
};

/** A policy's tags: `a` and `A` are two. */
export const policyKeys: TagKeys = {
  keyOf: (key) => key,
  duplicate: 'Duplicate tag keys found.',
  quota: 'TagsPerPolicy',
};

/**
 * `old` with `added` put over it.
 * @throws AwsError InvalidInput for a key given twice, LimitExceeded for more than fifty tags.
 */
export function mergeTags(old: readonly Tag[], added: readonly Tag[], keys: TagKeys): Tag[] {
  if (new Set(added.map(({ Key }) => keys.keyOf(Key))).size < added.length) {
    throw invalidInput(keys.duplicate);
  }
  const merged = new Map([...old, ...added].map((tag) => [keys.keyOf(tag.Key), tag]));
  if (merged.size > MAX_TAGS) throw limitExceeded(`Cannot exceed quota for ${keys.quota}: ${MAX_TAGS}`);
  return [...merged.values()];
}
