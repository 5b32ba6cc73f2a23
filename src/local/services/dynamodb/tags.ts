import * as v from 'valibot';
import { accessDenied, resourceArnNotFound, resourceNotFound, validation } from './errors.js';
import type { DynamoDbOperation, TableContext } from './operation.js';
import type { Principal } from '../../identity.js';
import { tagSchema, type TableRecord } from './state.js';
import { tableArn } from './table-description.js';
import { checkedInput } from './validate.js';

/** AWS's limits for tags, and how many one table may bear. */
export const tagRules: DynaliteRule = {
  type: 'List',
  children: {
    type: 'ValueStruct<Tag>',
    children: {
      Key: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 128 },
      Value: { type: 'String', notNull: true, lengthLessThanOrEqual: 256 },
    },
  },
};

const MAX_TAGS = 50;

type Tag = v.InferOutput<typeof tagSchema>;

/** The operations on a table's tags. */
export function tagOperations(context: TableContext): DynamoDbOperation[] {
  return [
    {
      name: 'TagResource',
      invoke: (input, caller) => {
        const rules = rulesOf('TagResource', taggingRules, caller);
        const { ResourceArn, Tags } = checkedInput(tagging, { rules, input });
        const table = byArn(ResourceArn, context) ?? fail(resourceArnNotFound(ResourceArn));
        context.tables.put({ ...table, Tags: merged(table.Tags, Tags) });
      },
    },
    {
      name: 'UntagResource',
      invoke: (input, caller) => {
        const rules = rulesOf('UntagResource', untaggingRules, caller);
        const { ResourceArn, TagKeys } = checkedInput(untagging, { rules, input });
        const table = byArn(ResourceArn, context) ?? fail(resourceNotFound());
        context.tables.put({ ...table, Tags: table.Tags.filter(({ Key }) => !TagKeys.includes(Key)) });
      },
    },
    {
      name: 'ListTagsOfResource',
      invoke: (input, caller) => {
        const rules = rulesOf('ListTagsOfResource', listingRules, caller);
        const { ResourceArn } = checkedInput(resource, { rules, input });
        const table = byArn(ResourceArn, context) ?? fail(resourceArnNotFound(ResourceArn));
        return { Tags: table.Tags };
      },
    },
  ];
}

/** New values take the place of old ones. @throws AwsError ValidationException when they are too many. */
export function merged(before: readonly Tag[], added: readonly Tag[]): Tag[] {
  const tags = [...new Map([...before, ...added].map((tag) => [tag.Key, tag])).values()];
  if (tags.length <= MAX_TAGS) return tags;
  throw validation(`One or more parameter values were invalid: A resource can have at most ${MAX_TAGS} tags`);
}

const resource = v.object({ ResourceArn: v.string() });
const tagging = v.object({ ...resource.entries, Tags: v.array(tagSchema) });
const untagging = v.object({ ...resource.entries, TagKeys: v.array(v.string()) });

interface Rules {
  readonly types: DynaliteValidation['types'];
  /** The list that must be there, and what to call one of it. */
  readonly list?: { readonly member: 'Tags' | 'TagKeys'; readonly one: string };
}

const arnRules = { ResourceArn: { type: 'String' } } satisfies DynaliteValidation['types'];
const listingRules: Rules = { types: arnRules };
const taggingRules: Rules = {
  types: { ...arnRules, Tags: tagRules },
  list: { member: 'Tags', one: 'Tag' },
};
const untaggingRules: Rules = {
  types: { ...arnRules, TagKeys: { type: 'List', children: 'String' } },
  list: { member: 'TagKeys', one: 'Tag Key' },
};

const checkable = v.object({
  ResourceArn: v.optional(v.string()),
  Tags: v.optional(v.array(v.unknown())),
  TagKeys: v.optional(v.array(v.unknown())),
});

/** AWS's checks in AWS's order (dynalite's tests, written against it). */
function rulesOf(operation: string, { types, list }: Rules, caller: Principal): DynaliteValidation {
  return {
    types,
    custom: (input) => {
      const given = v.parse(checkable, input);
      const arn = given.ResourceArn;
      if (arn === undefined) return 'Invalid TableArn';
      if (!/^.+:.+:.+:.+:.+:.+\/.+$/.test(arn)) throw accessDenied(caller.arn, operation, arn || '*');
      const values = list && given[list.member];
      if (list && values === undefined) {
        return `1 validation error detected: Value null at '${lowerFirst(list.member)}' failed to satisfy constraint: Member must not be null`;
      }
      if (!/^arn:aws:dynamodb:[^:]+:\d+:table\/[^/]{3,}$/.test(arn)) {
        return `Invalid TableArn: Invalid ResourceArn provided as input ${arn}`;
      }
      return list && values?.length === 0
        ? `Atleast one ${list.one} needs to be provided as Input.`
        : undefined;
    },
  };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function byArn(arn: string, { world, tables }: TableContext): TableRecord | undefined {
  const table = tables.find(arn.slice(arn.lastIndexOf('/') + 1));
  return table && tableArn(world, table.TableName) === arn ? table : undefined;
}

function fail(error: Error): never {
  throw error;
}
