import * as v from 'valibot';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { invalidInput, limitExceeded } from './errors.js';
import { page, roleName, tagKeys, tags } from './inputs.js';
import { pageOf, sortedBy } from './paging.js';
import { findRole, keyOf, type IamState, type Tag } from './state.js';

const TAGS_PER_ROLE = 50;

/** The operations on roles' tags. */
export function roleTagOperations(state: IamState): Operation[] {
  return [
    operation({
      name: 'TagRole',
      input: v.object({ RoleName: roleName, Tags: tags }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        state.roles.put(keyOf(role.name), { ...role, tags: mergeTags(role.tags, input.Tags) });
      },
    }),
    operation({
      name: 'UntagRole',
      input: v.object({ RoleName: roleName, TagKeys: tagKeys }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        const gone = new Set(input.TagKeys.map(keyOf));
        const kept = role.tags.filter(({ Key }) => !gone.has(keyOf(Key)));
        state.roles.put(keyOf(role.name), { ...role, tags: kept });
      },
    }),
    operation({
      name: 'ListRoleTags',
      input: v.object({ RoleName: roleName, ...page }),
      run: (input) => {
        const byKey = ({ Key }: Tag): string => Key;
        const sorted = sortedBy(findRole(state, input.RoleName).tags, byKey);
        const { items, ...rest } = pageOf(sorted, byKey, input);
        return { Tags: items, ...rest };
      },
    }),
  ];
}

/**
 * `old` with `added` put over it; keys are compared without case.
 * @throws AwsError InvalidInput for a key given twice, LimitExceeded for more than fifty tags.
 */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): Tag[] {
  if (new Set(added.map(({ Key }) => keyOf(Key))).size < added.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const merged = new Map([...old, ...added].map((tag) => [keyOf(tag.Key), tag]));
  if (merged.size > TAGS_PER_ROLE)
    throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${TAGS_PER_ROLE}`);
  return [...merged.values()];
}
