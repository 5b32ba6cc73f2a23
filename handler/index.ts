import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BadRequest, toThrown } from './errors.js';
import { createOperations, type Operation } from './operations.js';
import { isObject, plainNumber } from './plain-json.js';

console.log('Loading function');

/** Made once for each process, as is usual in Lambda: its connections and credentials serve all invocations. */
const operations = createOperations(
  DynamoDBDocumentClient.from(new DynamoDBClient(), { unmarshallOptions: { wrapNumbers: plainNumber } }),
);

/**
 * Carries out the operation that the event asks for:
 * - operation: one of create, read, update, delete, list, echo, ping
 * - tableName: required for the operations that interact with DynamoDB
 * - payload: the parameters of the operation
 */
export async function handler(event: unknown): Promise<unknown> {
  try {
    if (!isObject(event)) throw new BadRequest('The event must be a JSON object');
    const { operation, tableName, payload } = event;
    return await find(operation)({ tableName, payload });
  } catch (error) {
    throw toThrown(error);
  }
}

/** @throws BadRequest for what is none of the seven, `constructor` and other inherited names included. */
function find(operation: unknown): Operation {
  const run =
    typeof operation === 'string' && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run) return run;
  throw new BadRequest(`Unrecognized operation "${textOf(operation)}"`);
}

function textOf(operation: unknown): string {
  if (operation === undefined) return 'undefined';
  const text = typeof operation === 'string' ? operation : JSON.stringify(operation);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
