import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { noSuchGroup, tooManyTags } from './errors.js';
import { findGroup, groupName, groupOfArn, resourceArn, tagKeys, tags } from './inputs.js';
import type { GroupRecord, LogsState } from './state.js';

const TAGS_PER_GROUP = 50;

type Tags = GroupRecord['tags'];

/** The operations on groups' tags: by ARN, and their older twins by name. */
export function tagOperations(world: World, state: LogsState): Operation[] {
  const byArn = (arn: string): GroupRecord => {
    const here = `arn:aws:logs:${world.region}:${world.account}:log-group:`;
    if (!arn.startsWith(here)) throw noSuchGroup();
    return findGroup(state, groupOfArn(arn));
  };
  const tag = (group: GroupRecord, added: Readonly<Record<string, string>>): void => {
    state.groups.put(group.name, { ...group, tags: mergeTags(group.tags, added) });
  };
  const untag = (group: GroupRecord, keys: readonly string[]): void => {
    state.groups.put(group.name, { ...group, tags: group.tags.filter(([key]) => !keys.includes(key)) });
  };
  const listed = (group: GroupRecord): object => ({ tags: Object.fromEntries(group.tags) });
  return [
    operation({
      name: 'TagResource',
      input: v.object({ resourceArn, tags }),
      run: (input) => tag(byArn(input.resourceArn), input.tags),
    }),
    operation({
      name: 'UntagResource',
      input: v.object({ resourceArn, tagKeys }),
      run: (input) => untag(byArn(input.resourceArn), input.tagKeys),
    }),
    operation({
      name: 'ListTagsForResource',
      input: v.object({ resourceArn }),
      run: (input) => listed(byArn(input.resourceArn)),
    }),
    operation({
      name: 'TagLogGroup',
      input: v.object({ logGroupName: groupName, tags }),
      run: (input) => tag(findGroup(state, input.logGroupName), input.tags),
    }),
    operation({
      name: 'UntagLogGroup',
      input: v.object({ logGroupName: groupName, tags: tagKeys }),
      run: (input) => untag(findGroup(state, input.logGroupName), input.tags),
    }),
    operation({
      name: 'ListTagsLogGroup',
      input: v.object({ logGroupName: groupName }),
      run: (input) => listed(findGroup(state, input.logGroupName)),
    }),
  ];
}

/** `old` with `added` put over it. @throws AwsError for more than fifty. */
export function mergeTags(old: Tags, added: Readonly<Record<string, string>>): Tags {
  const merged = [...new Map([...old, ...Object.entries(added)])];
  if (merged.length > TAGS_PER_GROUP) throw tooManyTags();
  return merged;
}
