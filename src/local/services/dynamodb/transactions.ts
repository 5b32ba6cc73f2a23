import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import putItemRules from 'dynalite/validations/putItem.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import * as v from 'valibot';
import type { Clock } from '../../clock.js';
import { AwsError } from '../../errors.js';
import { describeFailure } from '../constraints.js';
import { transactionCapacity } from './capacity.js';
import { serialization, transactionCanceled, validation, type CancellationReason } from './errors.js';
import type { Change } from './item-store.js';
import { act, ofWrite, type ItemAction, type ItemContext } from './items.js';
import type { DynamoDbOperation } from './operation.js';
import { createTokens } from './tokens.js';
import { updateItemAsItWas } from './update-item.js';
import { refuseUnserved, validate } from './validate.js';

const OLDER = ['Expected', 'AttributeUpdates', 'ConditionalOperator'];

/** The rules of a write as a part of a transaction, where `member` has to be given. */
const requiring = (rules: DynaliteValidation, member: string): DynaliteValidation => {
  // Transactions know expressions only, not the older members.
  const types = Object.entries(rules.types).filter(([name]) => !OLDER.includes(name));
  const more = member === '' ? {} : { [member]: { type: 'String', notNull: true } };
  return ofWrite({ ...rules, types: { ...Object.fromEntries(types), ...more } });
};

const PARTS = {
  Put: { rules: requiring(putItemRules, ''), action: putItem },
  Update: { rules: requiring(updateItemRules, 'UpdateExpression'), action: updateItemAsItWas },
  Delete: { rules: requiring(deleteItemRules, ''), action: deleteItem },
  // Checked as the deletion that it is not: what that would change is thrown away.
  ConditionCheck: { rules: requiring(deleteItemRules, 'ConditionExpression'), action: deleteItem },
  Get: { rules: getItemRules, action: getItem },
} as const satisfies Record<string, ItemAction>;
type PartName = keyof typeof PARTS;

interface Part {
  readonly name: PartName;
  readonly input: object;
}

const MOST_PARTS = 100;
const partSchema = v.exactOptional(v.looseObject({}));
const inputSchema = v.object({
  TransactItems: v.pipe(
    v.array(
      v.object({
        Put: partSchema,
        Update: partSchema,
        Delete: partSchema,
        ConditionCheck: partSchema,
        Get: partSchema,
      }),
    ),
    v.minLength(1, 'Member must have length greater than or equal to 1'),
    v.maxLength(MOST_PARTS, `Member must have length less than or equal to ${MOST_PARTS}`),
  ),
  ClientRequestToken: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(36))),
  ReturnConsumedCapacity: v.exactOptional(v.picklist(['INDEXES', 'TOTAL', 'NONE']), 'NONE'),
});
type Input = v.InferOutput<typeof inputSchema>;

/** TransactWriteItems and TransactGetItems: dynalite does each part, the item store writes all of them or none. */
export function transactionOperations(context: ItemContext & { readonly clock: Clock }): DynamoDbOperation[] {
  const tokens = createTokens(context.clock);
  return [
    {
      name: 'TransactWriteItems',
      invoke: async (raw) => {
        refuseUnserved('TransactWriteItems', ['ReturnItemCollectionMetrics'], raw);
        const input = readInput(raw);
        const parts = readParts(input, ['Put', 'Update', 'Delete', 'ConditionCheck']);
        try {
          return await context.items.transaction(async (changes) => {
            if (tokens.isKnown(input)) return {};
            const made = await actAll(parts, context, input);
            changes.push(...made.changes);
            // Before it is written, so that nobody waiting behind can do it twice.
            tokens.remember(input);
            return capacityOf(made.results, input, 'Write');
          });
        } catch (error) {
          tokens.forget(input);
          throw error;
        }
      },
    },
    {
      name: 'TransactGetItems',
      invoke: async (raw) => {
        const input = readInput(raw);
        const parts = readParts(input, ['Get']);
        // In its turn among the writes: what it reads is never half of a transaction.
        const { results } = await context.items.transaction(() => actAll(parts, context, input));
        return {
          Responses: results.map((result) => ('Item' in result ? { Item: result.Item } : {})),
          ...capacityOf(results, input, 'Read'),
        };
      },
    },
  ];
}

/** @throws AwsError ValidationException, SerializationException */
function readInput(raw: object): Input {
  const parsed = v.safeParse(inputSchema, raw);
  if (parsed.success) return parsed.output;
  const failure = describeFailure(parsed.issues, { quoteValues: false });
  throw failure.kind === 'shape' ? serialization('Unexpected field type') : validation(failure.message);
}

/** Each part as dynalite has checked it. @throws AwsError ValidationException */
function readParts({ TransactItems, ReturnConsumedCapacity }: Input, allowed: readonly PartName[]): Part[] {
  return TransactItems.map((item) => {
    const given = allowed.flatMap((name) => {
      const input = item[name];
      return input === undefined ? [] : [{ name, input }];
    });
    const [part] = given;
    if (part === undefined || given.length > 1) {
      throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const checked = validate(PARTS[part.name].rules, part.input);
    // Reads in a transaction are consistent, and cost what those cost.
    const more = part.name === 'Get' ? { ConsistentRead: true } : {};
    return { name: part.name, input: { ...checked, ...more, ReturnConsumedCapacity } };
  });
}

/** @throws AwsError TransactionCanceledException when one of the parts does not pass. */
async function actAll(
  parts: readonly Part[],
  context: ItemContext,
  { TransactItems }: Input,
): Promise<{ results: object[]; changes: Change[] }> {
  const changes: Change[] = [];
  const results: object[] = [];
  const reasons: CancellationReason[] = [];
  const touched: string[] = [];
  for (const { name, input } of parts) {
    const own: Change[] = [];
    const options = { ...context, action: PARTS[name].action, changes: own };
    try {
      results.push(await act(input, { ...options, onRead: (key) => touched.push(key) }));
      reasons.push({ Code: 'None' });
      if (name !== 'ConditionCheck') changes.push(...own);
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (new Set(touched).size < touched.length && TransactItems.length > 1) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
  if (reasons.some(({ Code }) => Code !== 'None')) throw transactionCanceled(reasons);
  return { results, changes };
}

/** @throws what concerns the whole request: a table that is not there, an empty key. */
function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.members };
  }
  if (error.code !== 'ValidationException' || error.message.includes('empty string value')) throw error;
  return { Code: 'ValidationError', Message: error.message };
}

function capacityOf(
  results: readonly object[],
  { ReturnConsumedCapacity }: Input,
  kind: 'Read' | 'Write',
): object {
  if (ReturnConsumedCapacity === 'NONE') return {};
  const detailed = ReturnConsumedCapacity === 'INDEXES';
  return { ConsumedCapacity: transactionCapacity(results, { kind, detailed }) };
}
