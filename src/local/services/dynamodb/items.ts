import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { AwsError } from '../../errors.js';
import { readingIndex } from './index-reads.js';
import type { Change, ItemStore } from './item-store.js';
import { itemView } from './item-view.js';
import type { DynamoDbOperation } from './operation.js';
import { selecting } from './selection.js';
import type { Tables } from './state.js';
import { updateItemAsItWas } from './update-item.js';
import { toAwsError, validate } from './validate.js';

export interface ItemContext {
  readonly items: ItemStore;
  readonly tables: Tables;
}

/** The operations on items: dynalite checks the input and does the work, the item store makes each write atomic. */
export function itemOperations(context: ItemContext): DynamoDbOperation[] {
  const { tables } = context;
  return [
    readOperation('GetItem', { rules: getItemRules, action: getItem, ...context }),
    readOperation('BatchGetItem', { rules: batchGetItemRules, action: batchGetItem, ...context }),
    readOperation('Query', {
      rules: selecting(queryRules, '1 validation error detected: '),
      action: readingIndex(query, { tables, refusesFilter: true }),
      ...context,
    }),
    readOperation('Scan', {
      rules: selecting(scanRules, ''),
      action: readingIndex(scan, { tables, refusesFilter: false }),
      ...context,
    }),
    writeOperation('PutItem', { rules: ofWrite(putItemRules), action: putItem, ...context }),
    writeOperation('UpdateItem', { rules: ofWrite(updateItemRules), action: updateItemAsItWas, ...context }),
    writeOperation('DeleteItem', { rules: ofWrite(deleteItemRules), action: deleteItem, ...context }),
    writeOperation('BatchWriteItem', { rules: batchWriteItemRules, action: batchWriteItem, ...context }),
  ];
}

/** One of dynalite's operations: how it checks an input, and how it acts. */
export interface ItemAction {
  readonly rules: DynaliteValidation;
  readonly action: DynaliteAction;
}

interface Definition extends ItemContext, ItemAction {}

function readOperation(name: string, definition: Definition): DynamoDbOperation {
  return {
    name,
    invoke: async (input) => {
      const checked = validate(definition.rules, input);
      await definition.items.ready();
      return act(checked, { ...definition, changes: [] });
    },
  };
}

function writeOperation(name: string, definition: Definition): DynamoDbOperation {
  return {
    name,
    invoke: (input) => {
      const checked = validate(definition.rules, input);
      return definition.items.transaction((changes) => act(checked, { ...definition, changes }));
    },
  };
}

/** Carries out dynalite's operation: its answer, or its error as ours. `onRead` hears the key of each item that is read. */
export function act(
  input: object,
  options: ItemContext & {
    action: DynaliteAction;
    changes: Change[];
    onRead?: (key: string) => void;
  },
): Promise<object> {
  return new Promise((resolve, reject) => {
    const view = itemView({ ...options, fail: reject });
    const callback: DynaliteCallback<object> = (error, result) => {
      if (error) reject(withItem(toAwsError(error), input, view.lastRead()));
      else resolve(result ?? {});
    };
    options.action(view.store, input, callback);
  });
}

/** What dynalite does not know of a write: the item in a failed condition's answer, and two wordings (aws-facts 5.3). */
export function ofWrite(rules: DynaliteValidation): DynaliteValidation {
  const reworded =
    /^(Value provided in ExpressionAttributeNames unused|One or more .*: An \w+ set {2}may not be empty$)/;
  return {
    types: {
      ...rules.types,
      ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
    },
    custom: (input, store) => {
      const message = rules.custom?.(input, store);
      return message && reworded.test(message) ? `1 validation error detected: ${message}` : message;
    },
  };
}

function withItem(error: Error, input: object, item: unknown): Error {
  const wanted =
    'ReturnValuesOnConditionCheckFailure' in input && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') return error;
  if (!wanted || item === undefined) return error;
  return new AwsError({
    code: error.code,
    status: error.status,
    message: error.message,
    members: { Item: item },
  });
}
