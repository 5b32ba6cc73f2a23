import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { atMostLength, fitting } from '../constraints.js';

/** Longer than any field that AWS documents, so that no record grows without bound. */
const MAX_TEXT = 125_000;
/** A mapping template (aws-facts 7.5). */
const MAX_TEMPLATE = 300 * 1024;
const MAX_MAP_ENTRIES = 200;
const MAX_TAGS = 50;

/** Text of a bounded length. */
export const text = (max = MAX_TEXT) => v.pipe(v.string(), atMostLength(max));

const mapOf = <S extends v.GenericSchema>(value: S, entries = MAX_MAP_ENTRIES) =>
  v.pipe(
    recordOf(text(1024), value),
    v.check(
      (map) => Object.keys(map).length <= entries,
      `Member must have length less than or equal to ${entries}`,
    ),
  );

export const textMap = mapOf(text(2048));
export const booleanMap = mapOf(v.boolean());

/** Templates by content type; AWS keeps an empty template as null (aws-facts 6.5). */
export const templateMap = v.pipe(
  mapOf(v.nullable(text(MAX_TEMPLATE))),
  v.transform((map) =>
    Object.fromEntries(
      Object.entries(map).map(([type, template]): [string, string | null] => [
        type,
        template === '' ? null : template,
      ]),
    ),
  ),
);

export const tags = mapOf(text(256), MAX_TAGS);

/** AWS names neither the operation's input nor the member's parent for a status code in the path. */
export const statusCode = v.pipe(v.string(), fitting('[1-5]\\d\\d'));

/** A query parameter; of several with one name the last counts. */
export const query = v.optional(
  v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((value) => (typeof value === 'string' ? value : value.at(-1))),
  ),
);

/** A query parameter that may be repeated. */
export const queryList = v.optional(
  v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((value) => (typeof value === 'string' ? [value] : value)),
  ),
  [],
);

/** The path parameters that name an API's parts. */
export const restApiPath = { restApiId: v.string() };
export const resourcePath = { ...restApiPath, resourceId: v.string() };
export const methodPath = { ...resourcePath, httpMethod: v.string() };
