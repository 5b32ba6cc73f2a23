import * as v from 'valibot';
import { resourceArnNotFound, resourceNotFound, validation } from './errors.js';
import type { DynamoDbOperation, TableContext } from './operation.js';
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
      invoke: (input) => {
        const { ResourceArn, Tags } = checkedInput(tagging, { rules: taggingRules, input });
        const table = byArn(ResourceArn, context) ?? fail(resourceArnNotFound(ResourceArn));
        context.tables.put({ ...table, Tags: merged(table.Tags, Tags) });
      },
    },
    {
      name: 'UntagResource',
      invoke: (input) => {
        const { ResourceArn, TagKeys } = checkedInput(untagging, { rules: untaggingRules, input });
        const table = byArn(ResourceArn, context) ?? fail(resourceNotFound());
        context.tables.put({ ...table, Tags: table.Tags.filter(({ Key }) => !TagKeys.includes(Key)) });
      },
    },
    {
      name: 'ListTagsOfResource',
      invoke: (input) => {
        const { ResourceArn } = checkedInput(resource, {
          rules: { types: arnRules, custom: checkArn },
          input,
        });
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

const arnRules = { ResourceArn: { type: 'String', notNull: true } } satisfies DynaliteValidation['types'];

const taggingRules: DynaliteValidation = {
  types: { ...arnRules, Tags: { ...tagRules, notNull: true } },
  custom: (input) =>
    checkArn(input) ??
    (isEmpty(input, 'Tags') ? 'Atleast one Tag needs to be provided as Input.' : undefined),
};

const untaggingRules: DynaliteValidation = {
  types: { ...arnRules, TagKeys: { type: 'List', notNull: true, children: { type: 'String' } } },
  custom: (input) =>
    checkArn(input) ??
    (isEmpty(input, 'TagKeys') ? 'Atleast one Tag Key needs to be provided as Input.' : undefined),
};

function checkArn(input: object): string | undefined {
  const arn = 'ResourceArn' in input ? String(input.ResourceArn) : '';
  if (/^arn:aws:dynamodb:[^:]+:\d+:table\/[^/]{3,}$/.test(arn)) return undefined;
  return `Invalid TableArn: Invalid ResourceArn provided as input ${arn}`;
}

function isEmpty(input: object, member: string): boolean {
  const list: unknown = Object.entries(input).find(([name]) => name === member)?.[1];
  return Array.isArray(list) && list.length === 0;
}

function byArn(arn: string, { world, tables }: TableContext): TableRecord | undefined {
  const table = tables.find(arn.slice(arn.lastIndexOf('/') + 1));
  return table && tableArn(world, table.TableName) === arn ? table : undefined;
}

function fail(error: Error): never {
  throw error;
}
