import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const ITEM = { id: '1234ABCD', number: 5 };

let aws: TestAws;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  aws = await startTestAws();
  client = DynamoDBDocumentClient.from(new DynamoDBClient(aws.clientConfig));
  await client.send(new CreateTableCommand(labTable('words')));
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const TableName = 'words';
const Key = { id: ITEM.id };
const put = (Item: Record<string, unknown>, extra: object = {}) =>
  client.send(new PutCommand({ TableName, Item, ...extra }));
const update = (extra: object) => client.send(new UpdateCommand({ TableName, Key, ...extra }));

test.each([
  [
    'an unknown table',
    () => client.send(new GetCommand({ TableName: 'absent', Key })),
    'Requested resource not found',
  ],
  [
    'no TableName',
    () => client.send(new PutCommand({ TableName: undefined, Item: ITEM })),
    "Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  ],
  [
    'no key',
    () => put({ name: 'x' }),
    'One or more parameter values were invalid: Missing the key id in the item',
  ],
  [
    'a key of the wrong type',
    () => put({ id: 5 }),
    'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
  ],
  [
    'an empty key',
    () => put({ id: '' }),
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
  ],
  [
    'another key',
    () => client.send(new GetCommand({ TableName, Key: { name: 'x' } })),
    'The provided key element does not match the schema',
  ],
  [
    'a change of the key',
    () => update({ UpdateExpression: 'SET id = :v', ExpressionAttributeValues: { ':v': 'x' } }),
    'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
  ],
  [
    'wrong ReturnValues',
    () => put(ITEM, { ReturnValues: 'ALL_NEW' }),
    'ReturnValues can only be ALL_OLD or NONE',
  ],
  [
    'names without expression',
    () => put(ITEM, { ExpressionAttributeNames: { '#n': 'n' } }),
    'ExpressionAttributeNames can only be specified when using expressions',
  ],
  [
    'an unused name in a write',
    () => put(ITEM, { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeNames: { '#n': 'n' } }),
    '1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
  ],
  [
    'an unused name in a read',
    () =>
      client.send(
        new ScanCommand({ TableName, ProjectionExpression: 'id', ExpressionAttributeNames: { '#n': 'n' } }),
      ),
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
  ],
  [
    'an undefined value',
    () => update({ UpdateExpression: 'SET a = :v' }),
    'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v',
  ],
  [
    'a reserved word',
    () => update({ UpdateExpression: 'SET number = :v', ExpressionAttributeValues: { ':v': 1 } }),
    'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: number',
  ],
  [
    'too large an item',
    () => put({ id: '1', text: 'x'.repeat(410_000) }),
    'Item size has exceeded the maximum allowed size',
  ],
  [
    'too long an expression',
    () => update({ UpdateExpression: `SET a = ${'b'.repeat(4096)}` }),
    'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 4104',
  ],
  [
    'an empty set',
    () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: '1' } },
          UpdateExpression: 'SET a = :v',
          ExpressionAttributeValues: { ':v': { SS: [] } },
        }),
      ),
    'ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :v',
  ],
  [
    'a condition on a whole map, which dynalite takes for no other one',
    () => put(ITEM, { ConditionExpression: 'm = :m', ExpressionAttributeValues: { ':m': { a: 1 } } }),
    'Invalid ConditionExpression: The local AWS does not serve = with an operand of type M.',
  ],
  [
    'a filter on a whole list, among others',
    () =>
      client.send(
        new ScanCommand({
          TableName,
          FilterExpression: 'attribute_exists(id) AND NOT (l IN (:n, :l) OR size(l) > :n)',
          ExpressionAttributeValues: { ':n': 1, ':l': ['x'] },
        }),
      ),
    'Invalid FilterExpression: The local AWS does not serve IN with an operand of type L.',
  ],
  [
    'a search for what is no text, number or bytes in a list',
    () =>
      update({
        UpdateExpression: 'SET a = :t',
        ConditionExpression: 'contains(l, :t)',
        ExpressionAttributeValues: { ':t': true },
      }),
    'Invalid ConditionExpression: The local AWS does not serve CONTAINS with an operand of type BOOL.',
  ],
  [
    'what is no number',
    () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: '1' } },
          AttributeUpdates: { a: { Value: { N: 'abc' } } },
        }),
      ),
    'The parameter cannot be converted to a numeric value: abc',
  ],
])('%s is refused', async (_name, call, message) => {
  await expect(call()).rejects.toMatchObject({
    name: expect.stringMatching(/^(Validation|ResourceNotFound)Exception$/),
    message: expect.stringContaining(message),
    $metadata: { httpStatusCode: 400 },
  });
});
