import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { page, policyArn, roleName, tagKeys, tags } from './inputs.js';
import { ownPolicy } from './managed-policies.js';
import { pageOf, sortedBy, type PageRequest } from './paging.js';
import { mergeTags, policyKeys, roleKeys, type TagKeys } from './tag-keys.js';
import { findRole, keyOf, type IamState, type Tag } from './state.js';

/** The operations on roles' tags. */
export function roleTagOperations(state: IamState): Operation[] {
  return [
    operation({
      name: 'TagRole',
      input: v.object({ RoleName: roleName, Tags: tags }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        state.roles.put(keyOf(role.name), { ...role, tags: mergeTags(role.tags, input.Tags, roleKeys) });
      },
    }),
    operation({
      name: 'UntagRole',
      input: v.object({ RoleName: roleName, TagKeys: tagKeys }),
      run: (input) => {
        const role = findRole(state, input.RoleName);
        state.roles.put(keyOf(role.name), { ...role, tags: without(role.tags, input.TagKeys, roleKeys) });
      },
    }),
    operation({
      name: 'ListRoleTags',
      input: v.object({ RoleName: roleName, ...page }),
      run: (input) => {
        return tagPage(findRole(state, input.RoleName).tags, input);
      },
    }),
  ];
}

/** The operations on the tags of the account's own policies. */
export function policyTagOperations(world: World, state: IamState): Operation[] {
  return [
    operation({
      name: 'TagPolicy',
      input: v.object({ PolicyArn: policyArn, Tags: tags }),
      run: (input) => {
        const policy = ownPolicy(world, state, input.PolicyArn);
        state.policies.put(keyOf(policy.name), {
          ...policy,
          tags: mergeTags(policy.tags, input.Tags, policyKeys),
        });
      },
    }),
    operation({
      name: 'UntagPolicy',
      input: v.object({ PolicyArn: policyArn, TagKeys: tagKeys }),
      run: (input) => {
        const policy = ownPolicy(world, state, input.PolicyArn);
        state.policies.put(keyOf(policy.name), {
          ...policy,
          tags: without(policy.tags, input.TagKeys, policyKeys),
        });
      },
    }),
    operation({
      name: 'ListPolicyTags',
      input: v.object({ PolicyArn: policyArn, ...page }),
      run: (input) => tagPage(ownPolicy(world, state, input.PolicyArn).tags, input),
    }),
  ];
}

function without(tags: readonly Tag[], gone: readonly string[], kind: TagKeys): Tag[] {
  const keys = new Set(gone.map((key) => kind.keyOf(key)));
  return tags.filter(({ Key }) => !keys.has(kind.keyOf(Key)));
}

function tagPage(tags: readonly Tag[], request: PageRequest): Record<string, unknown> {
  const byKey = ({ Key }: Tag): string => Key;
  const { items, ...rest } = pageOf(sortedBy(tags, byKey), byKey, request);
  return { Tags: items, ...rest };
}
