import * as v from 'valibot';
import { validation } from './errors.js';
import type { TableRecord } from './state.js';

const emptyValue = v.union([v.object({ S: v.literal('') }), v.object({ B: v.literal('') })]);

/**
 * Refuses an item with an empty value where an index has its key; dynalite lets it pass.
 * @throws AwsError ValidationException, in words that moto's tests verified on AWS.
 */
export function checkIndexKeys(
  { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], KeySchema }: TableRecord,
  item: unknown,
): void {
  const attributes = new Map<string, unknown>(
    typeof item === 'object' && item !== null ? Object.entries(item) : [],
  );
  // The table's own keys have been checked, in other words.
  const own = KeySchema.map(({ AttributeName }) => AttributeName);
  for (const { IndexName, KeySchema: keys } of [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]) {
    for (const { AttributeName } of keys) {
      const value = attributes.get(AttributeName);
      if (own.includes(AttributeName) || !v.is(emptyValue, value)) continue;
      const kind = 'S' in value ? 'string' : 'binary';
      throw validation(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${IndexName}, IndexKey: ${AttributeName}`,
      );
    }
  }
}
