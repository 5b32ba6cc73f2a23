import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { claim } from '../_helpers/conformance.js';
import { labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: DynamoDBClient;
beforeAll(async () => {
  aws = await startTestAws();
  client = new DynamoDBClient(aws.clientConfig);
  for (const table of ['read', 'written', 'kept']) await client.send(new CreateTableCommand(labTable(table)));
  for (const TableName of ['read', 'kept']) {
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'there' }, n: { N: '1' } } }));
  }
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const VERIFIED = "moto's tests verified against AWS";
const RECORDED = 'recorded answers';
const there = { id: { S: 'there' } };
const write = (TransactItems: TransactWriteItem[], more: object = {}) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ...more }));
const read = (ids: string[], more: object = {}, TableName = 'read') =>
  client.send(
    new TransactGetItemsCommand({
      TransactItems: ids.map((id) => ({ Get: { TableName, Key: { id: { S: id } } } })),
      ...more,
    }),
  );
const put = (id: string, more: object = {}, TableName = 'kept'): TransactWriteItem => ({
  Put: { TableName, Item: { id: { S: id } }, ...more },
});
const add = (id: string, TableName = 'kept'): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});
const onlyNew = { ConditionExpression: 'attribute_not_exists(id)' };
const itemsOf = async (TableName: string) => (await client.send(new ScanCommand({ TableName }))).Items ?? [];

const invalid = (message: string) => ({ name: 'ValidationException', status: 400, message });
const canceled = (codes: string) => ({
  name: 'TransactionCanceledException',
  status: 400,
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
});

claim([
  {
    what: 'TransactGetItems gives an empty map for an item that is not there',
    evidence: RECORDED,
    call: () => read(['there', 'not']),
    answer: { Responses: [{ Item: { ...there, n: { N: '1' } } }, {}] },
  },
  {
    what: 'TransactGetItems costs twice what a consistent read does',
    evidence: VERIFIED,
    call: () => read(['there', 'not'], { ReturnConsumedCapacity: 'INDEXES' }),
    answer: {
      Responses: [expect.anything(), {}],
      ConsumedCapacity: [
        {
          TableName: 'read',
          CapacityUnits: 4,
          ReadCapacityUnits: 4,
          Table: { CapacityUnits: 4, ReadCapacityUnits: 4 },
        },
      ],
    },
  },
  {
    what: 'TransactGetItems of an unknown table is refused',
    evidence: RECORDED,
    call: () => read(['there'], {}, 'absent'),
    error: { name: 'ResourceNotFoundException', status: 400, message: 'Requested resource not found' },
  },
  {
    what: 'a condition that fails cancels all',
    evidence: RECORDED,
    call: () => write([put('there', onlyNew), put('x')]),
    error: canceled('ConditionalCheckFailed, None'),
  },
  {
    what: 'an update that does not fit cancels all',
    evidence: 'API reference, TransactWriteItems',
    call: () =>
      write([put('x'), { Update: { TableName: 'kept', Key: there, UpdateExpression: 'REMOVE n.deep' } }]),
    error: canceled('None, ValidationError'),
  },
  {
    what: 'two operations on one item are refused',
    evidence: VERIFIED,
    call: () => write([put('there'), { Delete: { TableName: 'kept', Key: there } }]),
    error: invalid('Transaction request cannot include multiple operations on one item'),
  },
  {
    what: 'two operations in one part are refused',
    evidence: VERIFIED,
    call: () => write([{ ...put('x'), ...add('y') }]),
    error: invalid('TransactItems can only contain one of Check, Put, Update or Delete'),
  },
  {
    what: 'an empty key is refused',
    evidence: VERIFIED,
    call: () => write([add('')]),
    error: invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ),
  },
  {
    what: 'an empty map of values is refused',
    evidence: VERIFIED,
    call: () => write([put('x', { ...onlyNew, ExpressionAttributeValues: {} })]),
    error: invalid('ExpressionAttributeValues must not be empty'),
  },
  {
    what: 'more than a hundred parts are refused',
    evidence: 'service model',
    call: () => write(Array.from({ length: 101 }, (_, index) => put(`p${index}`))),
    error: {
      name: 'ValidationException',
      status: 400,
      message: expect.stringMatching(/'transactItems' .* Member must have length less than or equal to 100$/),
    },
  },
]);

describe('TransactWriteItems', () => {
  test('names each reason, with the item to who asks for it', async () => {
    const check: TransactWriteItem = {
      ConditionCheck: {
        TableName: 'kept',
        Key: there,
        ConditionExpression: 'attribute_not_exists(n)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };

    await expect(write([add('x'), check])).rejects.toMatchObject({
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...there, n: { N: '1' } },
        },
      ],
    });
  });

  test('that was cancelled has changed nothing', async () => {
    expect(await itemsOf('kept')).toEqual([{ ...there, n: { N: '1' } }]);
  });

  test('puts, updates, checks and deletes at once, and only once for one token', async () => {
    await write([put('gone', {}, 'written'), put('seen', {}, 'written')]);
    const parts = [
      put('new', onlyNew, 'written'),
      add('counted', 'written'),
      { Delete: { TableName: 'written', Key: { id: { S: 'gone' } } } },
      {
        ConditionCheck: {
          TableName: 'written',
          Key: { id: { S: 'seen' } },
          ConditionExpression: 'attribute_exists(id)',
        },
      },
    ];
    const ClientRequestToken = 'a-token';

    await write(parts, { ClientRequestToken });
    await write(parts, { ClientRequestToken });

    const items = (await itemsOf('written')).map(({ id, n }) => `${id?.S ?? ''} ${n?.N ?? ''}`).sort();
    expect(items).toEqual(['counted 1', 'new ', 'seen ']);
    await expect(write([add('counted', 'written')], { ClientRequestToken })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  test('is never seen half by one that reads', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `half-${index}`);
    const rounds = Array.from({ length: 20 }, () => [
      write(ids.map((id) => add(id, 'written'))),
      read(ids, {}, 'written'),
    ]);

    const answers = await Promise.all(rounds.flat());

    const seen = answers.flatMap((answer) => ('Responses' in answer ? [answer.Responses ?? []] : []));
    expect(seen).toHaveLength(20);
    for (const items of seen) expect(new Set(items.map(({ Item }) => Item?.['n']?.N)).size).toBe(1);
  });
});
