import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { atMostLength, atLeastLength, fitting } from '../constraints.js';
import { operation } from '../operation.js';
import type { Operation } from '../service.js';
import { invalidParameter } from './errors.js';
import { readReference } from './names.js';
import type { Parts } from './parts.js';
import type { FunctionRecord } from './state.js';

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

export const tagsSchema = recordOf(v.string(), v.string());

const resource = v.pipe(
  v.string(),
  atLeastLength(1),
  atMostLength(256),
  fitting(
    String.raw`arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)`,
  ),
);

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);

/** TagResource, UntagResource and ListTags. */
export function tagOperations(parts: Parts): Operation[] {
  const { functions } = parts;
  return [
    operation({
      name: 'TagResource',
      route: 'POST /2017-03-31/tags/:Resource+',
      status: 204,
      input: v.object({ Resource: resource, Tags: tagsSchema }),
      run: ({ Resource, Tags }) => {
        const record = tagged(parts, Resource);
        if (Object.keys(Tags).length === 0) throw unprocessable();
        const tags = { ...record.tags, ...Tags };
        checkTags(tags);
        functions.change(record, { tags });
      },
    }),
    operation({
      name: 'UntagResource',
      route: 'DELETE /2017-03-31/tags/:Resource+',
      status: 204,
      input: v.pipe(
        v.object({ Resource: resource, tagKeys: oneOrMore }),
        v.transform(({ Resource, tagKeys }) => ({ Resource, keys: new Set(tagKeys) })),
      ),
      run: ({ Resource, keys }) => {
        const record = tagged(parts, Resource);
        const kept = Object.entries(record.tags).filter(([key]) => !keys.has(key));
        functions.change(record, { tags: Object.fromEntries(kept) });
      },
    }),
    operation({
      name: 'ListTags',
      route: 'GET /2017-03-31/tags/:Resource+',
      input: v.object({ Resource: resource }),
      run: ({ Resource }) => ({ Tags: tagged(parts, Resource).tags }),
    }),
  ];
}

/** @throws AwsError when AWS would not take these as all tags of a function. */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) throw invalidParameter('Number of tags exceeds resource tag limit.');
  const fits = ([key, value]: [string, string]): boolean =>
    key !== '' && key.length <= MAX_KEY && value.length <= MAX_VALUE && !/^aws:/i.test(key);
  if (!entries.every(fits)) throw unprocessable();
}

const unprocessable = () => invalidParameter('An error occurred and the request cannot be processed.');

function tagged({ world, functions }: Parts, arn: string): FunctionRecord {
  const reference = readReference(world, { FunctionName: arn });
  if (reference.qualifier !== undefined) {
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  return functions.require(reference);
}
