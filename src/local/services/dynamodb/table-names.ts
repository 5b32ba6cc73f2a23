import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { validation } from './errors.js';

/** An input in which tables are called by their names, and how to call them in the answer as the caller did. */
export interface NamedInput {
  readonly input: object;
  answer(result: unknown): unknown;
}

const record = recordOf(v.string(), v.unknown());
/** The members whose keys are tables: of BatchGetItem's and BatchWriteItem's inputs and answers. */
const BY_TABLE = ['Responses', 'UnprocessedKeys', 'UnprocessedItems'];

/**
 * AWS takes a table's ARN for its name wherever one is asked for; everything behind this door knows names only.
 * @throws AwsError ValidationException when a batch has one table under both.
 */
export function withTableNames(input: object, prefix: string): NamedInput {
  const nameOf = (text: string): string => (text.startsWith(prefix) ? text.slice(prefix.length) : text);
  const renamed = (given: object): object =>
    'TableName' in given && typeof given.TableName === 'string'
      ? { ...given, TableName: nameOf(given.TableName) }
      : given;
  const members = new Map<string, unknown>(Object.entries(renamed(input)));
  const parts = members.get('TransactItems');
  if (Array.isArray(parts))
    members.set(
      'TransactItems',
      parts.map((part) => mapValues(part, renamed)),
    );
  const batch = v.safeParse(record, members.get('RequestItems'));
  if (!batch.success) return { input: Object.fromEntries(members), answer: (result) => result };
  const given = new Map(Object.keys(batch.output).map((text) => [nameOf(text), text]));
  if (given.size < Object.keys(batch.output).length) {
    throw validation(
      'One or more parameter values were invalid: a table is given both by its name and by its ARN',
    );
  }
  members.set('RequestItems', rekeyed(batch.output, nameOf));
  return {
    input: Object.fromEntries(members),
    answer: (result) =>
      mapValues(result, (value, name) =>
        BY_TABLE.includes(name) && !Array.isArray(value)
          ? rekeyed(value, (key) => given.get(key) ?? key)
          : value,
      ),
  };
}

const rekeyed = (value: object, keyOf: (key: string) => string): object =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [keyOf(key), item]));

/** `change` where a member is an object; what is no object is left for others to complain of. */
function mapValues(value: unknown, change: (member: object, name: string) => object): unknown {
  const parsed = v.safeParse(record, value);
  if (!parsed.success) return value;
  return Object.fromEntries(
    Object.entries(parsed.output).map(([name, member]) => [
      name,
      typeof member === 'object' && member !== null ? change(member, name) : member,
    ]),
  );
}
