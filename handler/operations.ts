import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  type GetCommandInput,
  type PutCommandInput,
  type ScanCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { BadRequest } from './errors.js';
import { isObject, toDocument, toPlain } from './plain-json.js';

/** What an operation gets to see of the event. */
export interface Request {
  readonly tableName: unknown;
  readonly payload: unknown;
}

export type Operation = (request: Request) => unknown;

/**
 * The seven operations of the tutorial. The payload of the five on a table holds the parameters of the DynamoDB call
 * itself: whether they are right is for DynamoDB to say, so their types are only asserted here.
 */
export function createOperations(client: DynamoDBDocumentClient): Readonly<Record<string, Operation>> {
  return {
    create: onTable((input) => client.send(new PutCommand(input as PutCommandInput))),
    read: onTable((input) => client.send(new GetCommand(input as GetCommandInput))),
    update: onTable((input) => client.send(new UpdateCommand(input as UpdateCommandInput))),
    delete: onTable((input) => client.send(new DeleteCommand(input as DeleteCommandInput))),
    list: onTable((input) => client.send(new ScanCommand(input as ScanCommandInput)), {}),
    echo: ({ payload }) => payload ?? null,
    ping: () => 'pong',
  };
}

interface DocumentInput extends Record<string, unknown> {
  TableName: string;
}

/** An operation on the table that the event names. `withoutPayload` stands for a payload that is not given. */
function onTable(call: (input: DocumentInput) => Promise<object>, withoutPayload?: object): Operation {
  return async ({ tableName, payload: given }) => {
    const payload = given ?? withoutPayload;
    if (typeof tableName !== 'string' || tableName === '') {
      throw new BadRequest('This operation needs "tableName", the name of a table');
    }
    if (!isObject(payload)) {
      throw new BadRequest(
        'This operation needs "payload", an object with the parameters of the DynamoDB call',
      );
    }
    if (Object.hasOwn(payload, 'TableName') && payload['TableName'] !== tableName) {
      throw new BadRequest('"payload" must not name another table than "tableName" does');
    }
    return toPlain(await call({ ...toDocument(payload), TableName: tableName }));
  };
}
