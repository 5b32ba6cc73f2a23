import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const tableName = 'lambda-apigateway';

let aws: TestAws;
let handler: (event: unknown) => Promise<unknown>;
const environment = { ...process.env };

beforeAll(async () => {
  aws = await startTestAws();
  // What Lambda gives to a function: the SDK inside it takes all from there.
  process.env['AWS_ENDPOINT_URL'] = aws.endpoint;
  process.env['AWS_REGION'] = aws.region;
  process.env['AWS_ACCESS_KEY_ID'] = aws.clientConfig.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = aws.clientConfig.credentials.secretAccessKey;
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  ({ handler } = await import('../../handler/index.js'));
  const client = new DynamoDBClient(aws.clientConfig);
  await client.send(new CreateTableCommand(labTable(tableName)));
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        id: { S: 'kinds' },
        large: { N: '12345678901234567890123456789012345678' },
        small: { N: '0.5' },
        numbers: { NS: ['1', '9007199254740993'] },
        texts: { SS: ['b', 'a'] },
        bytes: { B: Uint8Array.of(0, 255) },
        map: { M: { constructor: { S: 'own' }, nothing: { NULL: true } } },
      },
    }),
  );
  client.destroy();
});

afterAll(async () => {
  process.env = environment;
  jest.restoreAllMocks();
  await aws.stop();
});

const call = (operation: string, payload?: unknown): Promise<unknown> =>
  handler({ operation, tableName, payload });

test('the tutorial’s item goes through its whole life', async () => {
  const Key = { id: '1234ABCD' };
  expect(await call('create', { Item: { ...Key, number: 5 } })).toEqual({});
  expect(await call('read', { Key })).toEqual({ Item: { ...Key, number: 5 } });
  const update = {
    Key,
    UpdateExpression: 'SET #number = :number',
    ExpressionAttributeNames: { '#number': 'number' },
    ExpressionAttributeValues: { ':number': 6 },
    ReturnValues: 'ALL_NEW',
  };
  expect(await call('update', update)).toEqual({ Attributes: { ...Key, number: 6 } });
  expect(await call('delete', { Key, ReturnValues: 'ALL_OLD' })).toEqual({
    Attributes: { ...Key, number: 6 },
  });
  expect(await call('read', { Key })).toEqual({});
});

test('every kind of value comes back as plain JSON', async () => {
  const { Item } = (await call('read', { Key: { id: 'kinds' } })) as { Item: unknown };
  expect(JSON.parse(JSON.stringify(Item))).toEqual({
    id: 'kinds',
    large: '12345678901234567890123456789012345678',
    small: 0.5,
    numbers: [1, '9007199254740993'],
    texts: ['b', 'a'],
    bytes: 'AP8=',
    map: { constructor: 'own', nothing: null },
  });
});

test('a map with a member "constructor" is stored as it is', async () => {
  const Item = { id: 'constructor', map: { constructor: { name: 'Set' }, list: [{ constructor: 1 }] } };
  await call('create', { Item });
  expect(await call('read', { Key: { id: 'constructor' } })).toEqual({ Item });
});

test('a list goes on where LastEvaluatedKey says', async () => {
  for (const id of ['p1', 'p2', 'p3']) await call('create', { Item: { id } });
  const seen: string[] = [];
  let ExclusiveStartKey: unknown = null;
  do {
    const page = (await call('list', { Limit: 2, ExclusiveStartKey })) as {
      Items: { id: string }[];
      LastEvaluatedKey?: unknown;
    };
    seen.push(...page.Items.map((item) => item.id));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && seen.length < 20);
  expect(seen).toEqual(expect.arrayContaining(['kinds', 'p1', 'p2', 'p3']));
  expect(new Set(seen).size).toBe(seen.length);
});

test.each([
  ['no item', () => call('create', {}), "1 validation error detected: Value null at 'item'"],
  ['a null item', () => call('create', { Item: null }), "1 validation error detected: Value null at 'item'"],
  ['no key', () => call('read', {}), "1 validation error detected: Value null at 'key'"],
  [
    'a key of the wrong type',
    () => call('create', { Item: { id: 5 } }),
    'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
  ],
  [
    'another key',
    () => call('delete', { Key: { name: 'x' } }),
    'The provided key element does not match the schema',
  ],
  [
    'an unknown table',
    () => handler({ operation: 'list', tableName: 'absent' }),
    'Requested resource not found',
  ],
  [
    'no table’s name',
    () => handler({ operation: 'list', tableName: 'a b/c' }),
    '1 validation error detected',
  ],
  [
    'a failed condition',
    () => call('create', { Item: { id: 'kinds' }, ConditionExpression: 'attribute_not_exists(id)' }),
    'The conditional request failed',
  ],
  [
    'a limit that is text',
    () => call('list', { Limit: 'all' }),
    'STRING_VALUE cannot be converted to Integer',
  ],
  [
    'null where an object belongs',
    () => call('update', { Key: { id: '1' }, AttributeUpdates: { a: null } }),
    'Cannot convert undefined or null to object',
  ],
  [
    'a "constructor" in an old-style update',
    () => call('update', { Key: { id: '1' }, AttributeUpdates: { a: { Value: { constructor: 'x' } } } }),
    'Unsupported type passed',
  ],
])('%s is the caller’s fault', async (_name, failing, message) => {
  await expect(failing()).rejects.toMatchObject({
    name: 'BadRequest',
    message: expect.stringContaining(`BadRequest: ${message}`),
  });
});
