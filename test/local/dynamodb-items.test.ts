import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateScan,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  aws = await startTestAws();
  client = DynamoDBDocumentClient.from(new DynamoDBClient(aws.clientConfig));
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const ITEM = { id: '1234ABCD', number: 5 };

/** A table of its own for a test, with these items. */
async function tableWith(TableName: string, items: Record<string, unknown>[] = []): Promise<string> {
  await client.send(new CreateTableCommand(labTable(TableName)));
  for (const Item of items) await client.send(new PutCommand({ TableName, Item }));
  return TableName;
}

const get = async (TableName: string, id: string) =>
  (await client.send(new GetCommand({ TableName, Key: { id } }))).Item;

describe('an item', () => {
  test('is created, read, updated and deleted as in the tutorial', async () => {
    const TableName = await tableWith('lambda-apigateway');
    const Key = { id: ITEM.id };
    expect(await client.send(new PutCommand({ TableName, Item: ITEM }))).not.toHaveProperty('Attributes');
    expect(await get(TableName, ITEM.id)).toEqual(ITEM);
    const updated = await client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #n = :n',
        ExpressionAttributeNames: { '#n': 'number' },
        ExpressionAttributeValues: { ':n': 6 },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(updated.Attributes).toEqual({ ...ITEM, number: 6 });
    await client.send(new DeleteCommand({ TableName, Key }));
    expect(await get(TableName, ITEM.id)).toBeUndefined();
  });

  test('keeps every kind of value', async () => {
    const item = {
      id: 'kinds',
      text: 'Zürich √ \u{1f600}',
      empty: '',
      number: -0.5,
      yes: true,
      nothing: null,
      list: [1, 'a', { deep: [] }],
      map: { toString: 'own', deeper: { name: '' } },
      strings: new Set(['a', 'b']),
      bytes: Uint8Array.of(0, 255),
    };
    const TableName = await tableWith('kinds', [item]);
    expect(await get(TableName, 'kinds')).toEqual(item);
  });

  test('is changed by one writer at a time', async () => {
    const TableName = await tableWith('counter');
    const increment = new UpdateCommand({
      TableName,
      Key: { id: 'c' },
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
    await Promise.all(Array.from({ length: 40 }, () => client.send(increment)));
    expect(await get(TableName, 'c')).toEqual({ id: 'c', hits: 40 });
  });
});

describe('a condition', () => {
  const onlyNew = { ConditionExpression: 'attribute_not_exists(id)' };

  test('that fails leaves the item as it is', async () => {
    const TableName = await tableWith('conditional', [ITEM]);
    await expect(
      client.send(new PutCommand({ TableName, Item: { id: ITEM.id }, ...onlyNew })),
    ).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
    });
    expect(await get(TableName, ITEM.id)).toEqual(ITEM);
  });

  test('that fails shows the item to who asks for it', async () => {
    const TableName = await tableWith('shown', [ITEM]);
    const put = new PutCommand({
      TableName,
      Item: { id: ITEM.id },
      ...onlyNew,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(client.send(put)).rejects.toMatchObject({
      Item: { id: { S: '1234ABCD' }, number: { N: '5' } },
    });
  });

  test('nested beyond all use is refused within seconds', async () => {
    const TableName = await tableWith('nested');
    const ConditionExpression = `${'NOT ('.repeat(14)}attribute_exists(id)${')'.repeat(14)}`;
    const update = client.send(new UpdateCommand({ TableName, Key: { id: '1' }, ConditionExpression }));
    await expect(update).rejects.toThrow('The expression is nested too deeply for the local AWS.');
  });
});

describe('a scan', () => {
  test('finds what stands in a list of the reader’s', async () => {
    const TableName = await tableWith('listed', [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    const FilterExpression = 'contains(:ids, id)';
    const ExpressionAttributeValues = { ':ids': ['b', 'z'] };
    const scan = new ScanCommand({ TableName, FilterExpression, ExpressionAttributeValues });
    expect((await client.send(scan)).Items).toEqual([{ id: 'b' }]);
  });

  test('gives each item once, page by page', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `item-${index}`);
    const TableName = await tableWith(
      'paged',
      ids.map((id) => ({ id })),
    );
    const pages: unknown[][] = [];
    for await (const { Items = [] } of paginateScan({ client, pageSize: 10 }, { TableName }))
      pages.push(Items);
    const seen = pages.flat().map((item) => (item as { id: string }).id);
    expect(pages.map((page) => page.length).slice(0, 2)).toEqual([10, 10]);
    expect(seen.sort()).toEqual(ids.sort());
  });

  test('ends a page at one megabyte', async () => {
    const items = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: 'x'.repeat(390_000) }));
    const TableName = await tableWith('megabyte', items);
    const page = await client.send(new ScanCommand({ TableName }));
    expect(page.Count).toBe(3);
    expect(page).toHaveProperty('LastEvaluatedKey.id');
  });

  test('sees nothing of a table whose name begins alike', async () => {
    await tableWith('alike-2', [ITEM]);
    const TableName = await tableWith('alike');
    expect(await client.send(new ScanCommand({ TableName }))).toMatchObject({ Count: 0, Items: [] });
  });
});

test('a query reads an index that each write keeps up to date', async () => {
  const TableName = 'indexed';
  await client.send(
    new CreateTableCommand({
      ...labTable(TableName),
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  for (const [id, kind] of [
    ['1', 'a'],
    ['2', 'b'],
    ['2', 'a'],
  ]) {
    await client.send(new PutCommand({ TableName, Item: { id, kind } }));
  }
  const ofKind = (kind: string) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-kind',
        KeyConditionExpression: 'kind = :k',
        ExpressionAttributeValues: { ':k': kind },
      }),
    );
  expect((await ofKind('b')).Count).toBe(0);
  expect((await ofKind('a')).Count).toBe(2);
});

describe('a query of an index that has not every attribute', () => {
  const TableName = 'projected';
  const keysOnly = { ProjectionType: 'KEYS_ONLY' } as const;
  const query = (IndexName: string, extra: object) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: IndexName === 'local' ? 'id = :v' : 'kind = :v',
        ExpressionAttributeValues: { ':v': 'a' },
        ...extra,
      }),
    );

  beforeAll(async () => {
    await client.send(
      new CreateTableCommand({
        ...labTable(TableName),
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'seq', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['id', 'seq', 'kind'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        LocalSecondaryIndexes: [
          {
            IndexName: 'local',
            KeySchema: [
              { AttributeName: 'id', KeyType: 'HASH' },
              { AttributeName: 'kind', KeyType: 'RANGE' },
            ],
            Projection: keysOnly,
          },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'global',
            KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['amount'] },
          },
        ],
      }),
    );
    const item = { id: 'a', seq: '1', kind: 'a', amount: 1, more: { x: 2, y: 3 } };
    await client.send(new PutCommand({ TableName, Item: item }));
  });

  test('gets what a local index lacks from the table', async () => {
    const { Items } = await query('local', { ProjectionExpression: 'more.x, kind' });
    expect(Items).toEqual([{ more: { x: 2 }, kind: 'a' }]);
    expect((await query('local', {})).Items).toEqual([{ id: 'a', seq: '1', kind: 'a' }]);
    const scanned = new ScanCommand({ TableName, IndexName: 'local', ProjectionExpression: 'more.y' });
    expect((await client.send(scanned)).Items).toEqual([{ more: { y: 3 } }]);
  });

  test('cannot get what a global index lacks, nor filter by it', async () => {
    const invalid = 'One or more parameter values were invalid: ';
    expect((await query('global', { ProjectionExpression: 'id, seq, amount' })).Items).toEqual([
      { id: 'a', seq: '1', amount: 1 },
    ]);
    await expect(query('global', { ProjectionExpression: 'more.x, id' })).rejects.toThrow(
      `${invalid}Global secondary index global does not project [more]`,
    );
    for (const index of ['local', 'global']) {
      await expect(query(index, { FilterExpression: 'attribute_exists(more)' })).rejects.toThrow(
        `${invalid}Secondary index ${index} does not project one or more filter attributes: [more]`,
      );
    }
  });

  test('is not filtered by one that is called constructor either', async () => {
    const ExpressionAttributeNames = { '#c': 'constructor' };
    const filtered = query('global', { FilterExpression: 'attribute_exists(#c)', ExpressionAttributeNames });
    await expect(filtered).rejects.toThrow('one or more filter attributes: [constructor]');
  });
});

test.each<[string, string, Record<string, unknown>]>([
  ['of removals', 'REMOVE l[1], l[2]', { l: ['a', 'd', 'e'] }],
  [
    'of removals here and there',
    'REMOVE l[0], n, m.l[0], l[3], m.l[1]',
    { l: ['b', 'c', 'e'], m: { l: ['z'] } },
  ],
  ['of a removal and a change', 'REMOVE l[0] SET l[2] = :x, l[9] = :x', { l: ['b', 'x', 'd', 'e', 'x'] }],
  [
    'far behind the end',
    'SET l[99999999999] = l[0], l[999999999] = :x',
    { l: ['a', 'b', 'c', 'd', 'e', 'x', 'a'] },
  ],
  ['of a copy and a removal', 'SET m.was = l REMOVE l[0]', { m: { was: ['a', 'b', 'c', 'd', 'e'] } }],
  ['of a copy and a count', 'ADD n :n SET m.was = n', { n: 2, m: { was: 1 } }],
])('the paths %s mean the item as it was', async (what, UpdateExpression, expected) => {
  const item = { id: '1', n: 1, l: ['a', 'b', 'c', 'd', 'e'], m: { l: ['x', 'y', 'z'] } };
  const TableName = await tableWith(what.replaceAll(' ', '-'), [item]);
  const { Attributes } = await client.send(
    new UpdateCommand({
      TableName,
      Key: { id: item.id },
      UpdateExpression,
      ...(UpdateExpression.includes(':x') && { ExpressionAttributeValues: { ':x': 'x' } }),
      ...(UpdateExpression.includes(':n') && { ExpressionAttributeValues: { ':n': 1 } }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  expect(Attributes).toMatchObject(expected);
});

test('batches write and read many items', async () => {
  const TableName = await tableWith('batch');
  const ids = ['1', '2', '3'];
  const written = await client.send(
    new BatchWriteCommand({
      RequestItems: { [TableName]: ids.map((id) => ({ PutRequest: { Item: { id } } })) },
    }),
  );
  const read = await client.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys: ids.map((id) => ({ id })) } } }),
  );
  expect(written.UnprocessedItems).toEqual({});
  expect(read.Responses?.[TableName]).toHaveLength(3);
});
