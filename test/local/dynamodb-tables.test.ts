import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  ScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: DynamoDBClient;

beforeAll(async () => {
  aws = await startTestAws();
  client = new DynamoDBClient(aws.clientConfig);
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const create = (name: string, extra: Partial<CreateTableCommandInput> = {}) =>
  client.send(new CreateTableCommand({ ...labTable(name), ...extra }));
const describeTable = async (name: string) =>
  (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
const arnOf = (name: string): string => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
const tagsOf = async (name: string) =>
  (await client.send(new ListTagsOfResourceCommand({ ResourceArn: arnOf(name) }))).Tags;

describe('a table on demand', () => {
  test('is CREATING in the answer of CreateTable', async () => {
    const { TableDescription } = await create('on-demand');
    expect(TableDescription).toEqual({
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      CreationDateTime: expect.any(Date),
      DeletionProtectionEnabled: false,
      ItemCount: 0,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      TableArn: arnOf('on-demand'),
      TableId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      TableName: 'on-demand',
      TableSizeBytes: 0,
      TableStatus: 'CREATING',
    });
  });

  test('is ACTIVE when described, with what AWS adds then', async () => {
    const { TableDescription: created } = await create('described');
    expect(await describeTable('described')).toEqual({
      ...created,
      BillingModeSummary: {
        BillingMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: created?.CreationDateTime,
      },
      TableStatus: 'ACTIVE',
      WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' },
    });
  });

  test('can be named by its ARN', async () => {
    await create('by-arn');
    expect(await describeTable(arnOf('by-arn'))).toMatchObject({ TableName: 'by-arn' });
  });

  test('has neither time to live nor point-in-time recovery', async () => {
    await create('plain-settings');
    const name = { TableName: 'plain-settings' };
    const timeToLive = await client.send(new DescribeTimeToLiveCommand(name));
    const backups = await client.send(new DescribeContinuousBackupsCommand(name));
    expect(timeToLive.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(backups.ContinuousBackupsDescription).toEqual({
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    });
  });
});

test('a provisioned table has no billing mode and is as warm as provisioned', async () => {
  await create('provisioned', {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
  });
  const table = await describeTable('provisioned');
  expect(table).not.toHaveProperty('BillingModeSummary');
  expect(table).toMatchObject({
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
    WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 4, Status: 'ACTIVE' },
  });
});

describe('tags', () => {
  test('given to CreateTable are the table’s from the start', async () => {
    await create('tagged', { Tags: [{ Key: 'lab-setup:lab', Value: 'default' }] });
    expect(await tagsOf('tagged')).toEqual([{ Key: 'lab-setup:lab', Value: 'default' }]);
  });

  test('are added, replaced and removed', async () => {
    await create('retagged', {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'ä', Value: '√' },
      ],
    });
    const resource = { ResourceArn: arnOf('retagged') };
    await client.send(
      new TagResourceCommand({
        ...resource,
        Tags: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    await client.send(new UntagResourceCommand({ ...resource, TagKeys: ['b', 'unknown'] }));
    expect(await tagsOf('retagged')).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'ä', Value: '√' },
    ]);
  });

  test('are at most fifty', async () => {
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await expect(create('too-many-tags', { Tags })).rejects.toThrow('at most 50 tags');
  });
});

describe('DeleteTable', () => {
  test('answers without the table’s shape, and the table is gone', async () => {
    await create('deleted');
    const { TableDescription } = await client.send(new DeleteTableCommand({ TableName: 'deleted' }));
    expect(Object.keys(TableDescription ?? {}).sort()).toEqual([
      'DeletionProtectionEnabled',
      'ItemCount',
      'ProvisionedThroughput',
      'TableArn',
      'TableId',
      'TableName',
      'TableSizeBytes',
      'TableStatus',
    ]);
    await expect(describeTable('deleted')).rejects.toThrow(
      'Requested resource not found: Table: deleted not found',
    );
  });

  test('takes items and tags with it', async () => {
    await create('again', { Tags: [{ Key: 'a', Value: '1' }] });
    await client.send(new PutItemCommand({ TableName: 'again', Item: { id: { S: '1' } } }));
    await client.send(new DeleteTableCommand({ TableName: 'again' }));
    await create('again');
    expect(await client.send(new ScanCommand({ TableName: 'again' }))).toMatchObject({ Count: 0 });
    expect(await tagsOf('again')).toEqual([]);
  });

  test('is refused while the table is protected', async () => {
    await create('protected', { DeletionProtectionEnabled: true });
    const remove = () => client.send(new DeleteTableCommand({ TableName: 'protected' }));
    await expect(remove()).rejects.toThrow('currently protected against deletion');
    await client.send(new UpdateTableCommand({ TableName: 'protected', DeletionProtectionEnabled: false }));
    await expect(remove()).resolves.toMatchObject({ TableDescription: { TableStatus: 'DELETING' } });
  });
});

describe('UpdateTable', () => {
  test('switches between on demand and provisioned', async () => {
    await create('switched');
    const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 1 };
    const answer = await client.send(
      new UpdateTableCommand({ TableName: 'switched', BillingMode: 'PROVISIONED', ProvisionedThroughput }),
    );
    expect(answer.TableDescription).toMatchObject({ TableStatus: 'UPDATING', ProvisionedThroughput });
    await client.send(new UpdateTableCommand({ TableName: 'switched', BillingMode: 'PAY_PER_REQUEST' }));
    expect(await describeTable('switched')).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    });
  });

  test('refuses what changes nothing', async () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    await create('unchanged', { BillingMode: 'PROVISIONED', ProvisionedThroughput });
    await expect(
      client.send(new UpdateTableCommand({ TableName: 'unchanged', ProvisionedThroughput })),
    ).rejects.toThrow(
      'The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  });
});

test('ListTables pages in the order of names', async () => {
  for (const name of ['zz-3', 'zz-1', 'zz-2']) await create(name);
  const first = await client.send(new ListTablesCommand({ ExclusiveStartTableName: 'zz-0', Limit: 2 }));
  const second = await client.send(
    new ListTablesCommand({ ExclusiveStartTableName: first.LastEvaluatedTableName, Limit: 2 }),
  );
  expect(first.TableNames).toEqual(['zz-1', 'zz-2']);
  expect(second.TableNames).toEqual(['zz-3']);
  expect(second).not.toHaveProperty('LastEvaluatedTableName');
});

test('tables, tags and items survive a restart', async () => {
  await create('lasting', { Tags: [{ Key: 'a', Value: '1' }] });
  await client.send(new PutItemCommand({ TableName: 'lasting', Item: { id: { S: '1' } } }));
  const before = await describeTable('lasting');
  await aws.restart();
  expect(await describeTable('lasting')).toEqual(before);
  expect(await tagsOf('lasting')).toEqual([{ Key: 'a', Value: '1' }]);
  expect(await client.send(new ScanCommand({ TableName: 'lasting' }))).toMatchObject({ Count: 1 });
});

test.each([
  ['CreateTable twice', () => create('refused'), 'ResourceInUseException', 'Table already exists: refused'],
  [
    'DeleteTable of none',
    () => client.send(new DeleteTableCommand({ TableName: 'absent' })),
    'ResourceNotFoundException',
    'Requested resource not found: Table: absent not found',
  ],
  [
    'UpdateTable of none',
    () => client.send(new UpdateTableCommand({ TableName: 'absent', BillingMode: 'PAY_PER_REQUEST' })),
    'ResourceNotFoundException',
    'Requested resource not found: Table: absent not found',
  ],
  [
    'UpdateTable with nothing',
    () => client.send(new UpdateTableCommand({ TableName: 'refused' })),
    'ValidationException',
    'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
  ],
  [
    'DescribeContinuousBackups of none',
    () => client.send(new DescribeContinuousBackupsCommand({ TableName: 'absent' })),
    'TableNotFoundException',
    'Table not found: absent',
  ],
  [
    'throughput with on demand',
    () => create('bad-1', { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }),
    'ValidationException',
    'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
  ],
  [
    'no throughput',
    () => create('bad-2', { BillingMode: undefined }),
    'ValidationException',
    'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
  ],
  [
    'a key that is not defined',
    () => create('bad-3', { AttributeDefinitions: [{ AttributeName: 'x', AttributeType: 'S' }] }),
    'ValidationException',
    'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [x]',
  ],
  [
    'a stream',
    () => create('bad-4', { StreamSpecification: { StreamEnabled: true } }),
    'ValidationException',
    'The local AWS does not serve the parameter StreamSpecification of CreateTable.',
  ],
  [
    'tags of none',
    () => tagsOf('absent'),
    'ResourceNotFoundException',
    `Requested resource not found: ResourcArn: ${arnOf('absent')} not found`,
  ],
  [
    'tags of another service’s resource',
    () => client.send(new ListTagsOfResourceCommand({ ResourceArn: 'arn:aws:s3:us-east-1:1:bucket/a' })),
    'ValidationException',
    'Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:us-east-1:1:bucket/a',
  ],
  [
    'tags of what is no resource',
    () => client.send(new ListTagsOfResourceCommand({ ResourceArn: 'table' })),
    'AccessDeniedException',
    `User: arn:aws:iam::000000000000:user/lab-setup is not authorized to perform: dynamodb:ListTagsOfResource on resource: table`,
  ],
  [
    'tags of nothing',
    () => client.send(new ListTagsOfResourceCommand({ ResourceArn: undefined })),
    'ValidationException',
    'Invalid TableArn',
  ],
  [
    'no tags',
    () =>
      client.send(
        new TagResourceCommand({ ResourceArn: 'arn:aws:s3:us-east-1:1:bucket/a', Tags: undefined }),
      ),
    'ValidationException',
    "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null",
  ],
  [
    'an empty list of tags',
    () => client.send(new TagResourceCommand({ ResourceArn: arnOf('absent'), Tags: [] })),
    'ValidationException',
    'Atleast one Tag needs to be provided as Input.',
  ],
  [
    'an empty list of tags to take off',
    () => client.send(new UntagResourceCommand({ ResourceArn: arnOf('absent'), TagKeys: [] })),
    'ValidationException',
    'Atleast one Tag Key needs to be provided as Input.',
  ],
])('%s is refused in AWS’s words', async (_name, call, name, message) => {
  await create('refused').catch(() => undefined);
  await expect(call()).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 400 } });
});
