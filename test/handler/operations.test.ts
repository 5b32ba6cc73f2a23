import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';

const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
const { handler } = await import('../../handler/index.js');
const said = log.mock.calls.flat();

const dynamodb = mockClient(DynamoDBDocumentClient);

beforeEach(() => {
  dynamodb.reset();
  dynamodb.onAnyCommand().resolves({ $metadata: { httpStatusCode: 200 } });
});

afterAll(() => {
  dynamodb.restore();
  log.mockRestore();
});

const tableName = 'lambda-apigateway';

/** The calls that reached DynamoDB, by command and input. */
const calls = () =>
  dynamodb.calls().map((call) => [call.args[0].constructor.name, call.args[0].input as unknown]);

test('it says "Loading function" once, when it is loaded', () => {
  expect(said).toEqual(['Loading function']);
});

describe('the tutorial’s events', () => {
  test('create of Bob puts the item', async () => {
    const Item = { id: '1', name: 'Bob' };
    const result = await handler({ operation: 'create', tableName, payload: { Item } });
    expect(result).toEqual({});
    expect(calls()).toEqual([['PutCommand', { TableName: tableName, Item }]]);
  });

  test('create of 1234ABCD puts the item', async () => {
    const Item = { id: '1234ABCD', number: 5 };
    await handler({ operation: 'create', tableName, payload: { Item } });
    expect(calls()).toEqual([['PutCommand', { TableName: tableName, Item }]]);
  });

  test('read gets the item', async () => {
    dynamodb.on(GetCommand).resolves({ Item: { id: '1', name: 'Bob' }, $metadata: {} });
    const result = await handler({ operation: 'read', tableName, payload: { Key: { id: '1' } } });
    expect(result).toEqual({ Item: { id: '1', name: 'Bob' } });
    expect(calls()).toEqual([['GetCommand', { TableName: tableName, Key: { id: '1' } }]]);
  });

  test('list with an empty payload scans the table', async () => {
    dynamodb.on(ScanCommand).resolves({ Items: [{ id: '1234ABCD', number: 5 }], Count: 1, ScannedCount: 1 });
    const result = await handler({ operation: 'list', tableName, payload: {} });
    expect(result).toEqual({ Items: [{ id: '1234ABCD', number: 5 }], Count: 1, ScannedCount: 1 });
    expect(calls()).toEqual([['ScanCommand', { TableName: tableName }]]);
  });

  test('the console’s echo gives its payload back', async () => {
    const payload = { somekey1: 'somevalue1', somekey2: 'somevalue2' };
    expect(await handler({ operation: 'echo', payload })).toEqual(payload);
  });
});

test.each([
  ['create', PutCommand],
  ['read', GetCommand],
  ['update', UpdateCommand],
  ['delete', DeleteCommand],
  ['list', ScanCommand],
])('%s hands all parameters of the payload on', async (operation, Command) => {
  const payload = {
    TableName: tableName,
    Key: { id: '1' },
    UpdateExpression: 'SET #n = :n',
    ExpressionAttributeNames: { '#n': 'number' },
    ExpressionAttributeValues: { ':n': 6, ':list': [1.5, { deep: null }] },
    AttributeUpdates: { a: { Action: 'ADD', Value: 1 } },
    Limit: 3,
    ConsistentRead: true,
  };
  await handler({ operation, tableName, payload });
  expect(calls()).toEqual([[Command.name, payload]]);
});

test.each([
  ['list without payload', { operation: 'list', tableName }],
  ['list with null', { operation: 'list', tableName, payload: null }],
])('%s scans the whole table', async (_name, event) => {
  await handler(event);
  expect(calls()).toEqual([['ScanCommand', { TableName: tableName }]]);
});

test('what is null in the payload counts as not given', async () => {
  await handler({
    operation: 'list',
    tableName,
    payload: { FilterExpression: null, ExclusiveStartKey: null },
  });
  expect(calls()).toEqual([['ScanCommand', { TableName: tableName }]]);
});

describe('without the table', () => {
  test.each([
    ['echo of text', { operation: 'echo', payload: 'text' }, 'text'],
    ['echo of a list', { operation: 'echo', payload: [1, null] }, [1, null]],
    ['echo of a large number', { operation: 'echo', payload: 1e300 }, 1e300],
    ['echo of false', { operation: 'echo', payload: false }, false],
    ['echo of nothing', { operation: 'echo' }, null],
    ['echo of null', { operation: 'echo', payload: null }, null],
    ['ping', { operation: 'ping' }, 'pong'],
    ['ping with a payload', { operation: 'ping', tableName, payload: { a: 1 } }, 'pong'],
  ])('%s answers', async (_name, event, result) => {
    expect(await handler(event)).toEqual(result);
    expect(calls()).toEqual([]);
  });
});

describe('the caller’s fault', () => {
  const item = { Item: { id: '1' } };

  test.each([
    ['an unknown operation', { operation: 'drop' }, 'Unrecognized operation "drop"'],
    ['another case', { operation: 'Create' }, 'Unrecognized operation "Create"'],
    ['constructor', { operation: 'constructor' }, 'Unrecognized operation "constructor"'],
    ['__proto__', { operation: '__proto__' }, 'Unrecognized operation "__proto__"'],
    ['toString', { operation: 'toString' }, 'Unrecognized operation "toString"'],
    ['no operation', {}, 'Unrecognized operation "undefined"'],
    ['an operation in a list', { operation: ['ping'] }, 'Unrecognized operation "["ping"]"'],
    ['a number', { operation: 5 }, 'Unrecognized operation "5"'],
    ['line ends', { operation: 'a\r\u2028b' }, 'Unrecognized operation "a  b"'],
    ['a long operation', { operation: 'x'.repeat(5000) }, `Unrecognized operation "${'x'.repeat(100)}…"`],
    ['no object', [], 'The event must be a JSON object'],
    ['null', null, 'The event must be a JSON object'],
    ['no table', { operation: 'create', payload: item }, 'This operation needs "tableName"'],
    ['an empty table', { operation: 'list', tableName: '' }, 'This operation needs "tableName"'],
    [
      'a table that is no string',
      { operation: 'list', tableName: { a: 1 } },
      'This operation needs "tableName"',
    ],
    ['no payload', { operation: 'create', tableName }, 'This operation needs "payload"'],
    ['a list as payload', { operation: 'read', tableName, payload: [] }, 'This operation needs "payload"'],
    ['text as payload', { operation: 'list', tableName, payload: 'x' }, 'This operation needs "payload"'],
    [
      'another table',
      { operation: 'create', tableName, payload: { ...item, TableName: 'other' } },
      '"payload" must not name another table',
    ],
    ['text as item', { operation: 'create', tableName, payload: { Item: 'x' } }, '"Item" must be an object'],
    [
      'a number that is not exact',
      { operation: 'create', tableName, payload: { Item: { id: '1', n: [{ n: 2 ** 53 }] } } },
      'A number beyond 9007199254740991 cannot be passed on exactly: 9007199254740992',
    ],
    [
      'a number without end',
      { operation: 'list', tableName, payload: { Limit: Infinity } },
      'A number beyond 9007199254740991 cannot be passed on exactly: Infinity',
    ],
    [
      'an attribute __proto__',
      { operation: 'create', tableName, payload: { Item: JSON.parse('{"a":{"__proto__":1}}') as unknown } },
      'An attribute cannot be named __proto__',
    ],
  ])('%s is refused before DynamoDB is asked', async (_name, event, message) => {
    await expect(handler(event)).rejects.toMatchObject({
      name: 'BadRequest',
      message: expect.stringContaining(`BadRequest: ${message}`),
    });
    expect(calls()).toEqual([]);
  });
});
