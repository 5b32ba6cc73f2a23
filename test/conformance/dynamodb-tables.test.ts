import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { claim } from '../_helpers/conformance.js';
import { indexedTable, labTable } from '../_helpers/dynamodb.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: DynamoDBClient;

const RECORDED = 'recorded: test_table_crud, October 2025';
const DUPLICATE = 'recorded: test_create_duplicate_table';
const DYNALITE = 'dynalite’s tests, written against AWS';
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/';

beforeAll(async () => {
  aws = await startTestAws();
  client = new DynamoDBClient(aws.clientConfig);
  for (const table of ['plain', 'going', 'tagged', 'other']) {
    await client.send(new CreateTableCommand(labTable(table)));
  }
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const described = (name: string, status: string) => ({
  TableName: name,
  TableArn: ARN + name,
  TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  TableStatus: status,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  CreationDateTime: expect.any(Date),
  DeletionProtectionEnabled: false,
  ItemCount: 0,
  TableSizeBytes: 0,
});
const units = (read: number, write: number) => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});
const refused = (name: string, message: string) => ({ name, status: 400, message });
const invalid = (message: string) => refused('ValidationException', message);
const notThere = (message = 'Requested resource not found') => refused('ResourceNotFoundException', message);

claim([
  {
    what: 'CreateTable with throughput',
    evidence: RECORDED,
    call: () =>
      client.send(
        new CreateTableCommand({
          ...labTable('made'),
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        }),
      ),
    answer: { TableDescription: { ...described('made', 'CREATING'), ProvisionedThroughput: units(5, 5) } },
  },
  {
    what: 'DescribeTable shows how warm it is',
    evidence: RECORDED,
    call: () => client.send(new DescribeTableCommand({ TableName: 'other' })),
    answer: {
      Table: {
        ...described('other', 'ACTIVE'),
        BillingModeSummary: {
          BillingMode: 'PAY_PER_REQUEST',
          LastUpdateToPayPerRequestDateTime: expect.any(Date),
        },
        ProvisionedThroughput: units(0, 0),
        WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' },
      },
    },
  },
  {
    what: 'DeleteTable shows less',
    evidence: RECORDED,
    call: () => client.send(new DeleteTableCommand({ TableName: 'going' })),
    answer: {
      TableDescription: {
        TableName: 'going',
        TableArn: `${ARN}going`,
        TableId: expect.any(String),
        TableStatus: 'DELETING',
        DeletionProtectionEnabled: false,
        ItemCount: 0,
        ProvisionedThroughput: units(0, 0),
        TableSizeBytes: 0,
      },
    },
  },
  {
    what: 'CreateTable twice',
    evidence: DUPLICATE,
    call: () => client.send(new CreateTableCommand(labTable('plain'))),
    error: refused('ResourceInUseException', 'Table already exists: plain'),
  },
  {
    what: 'a missing table is named by its own calls',
    evidence: RECORDED,
    call: () => client.send(new DescribeTableCommand({ TableName: 'absent' })),
    error: notThere('Requested resource not found: Table: absent not found'),
  },
  {
    what: 'a missing table is not named by calls for items',
    evidence: DYNALITE,
    call: () => client.send(new GetItemCommand({ TableName: 'absent', Key: { id: { S: '1' } } })),
    error: notThere(),
  },
  {
    what: 'on demand and throughput do not go together',
    evidence: 'recorded: test_dynamodb_pay_per_request',
    call: () =>
      client.send(
        new CreateTableCommand({
          ...labTable('both'),
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        }),
      ),
    error: invalid(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ),
  },
  {
    what: 'an index that includes nothing',
    evidence: 'a report of Terraform’s users, with AWS’s answer',
    call: () =>
      client.send(
        new CreateTableCommand({
          ...indexedTable,
          TableName: 'bare',
          GlobalSecondaryIndexes: indexedTable.GlobalSecondaryIndexes?.map((index) => ({
            ...index,
            Projection: { ProjectionType: 'INCLUDE' },
          })),
        }),
      ),
    error: invalid(
      'One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified',
    ),
  },
  {
    what: 'UpdateTable without a change',
    evidence: DYNALITE,
    call: () => client.send(new UpdateTableCommand({ TableName: 'plain' })),
    error: invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    ),
  },
  {
    what: 'TagResource answers nothing',
    evidence: DYNALITE,
    call: () =>
      client.send(new TagResourceCommand({ ResourceArn: `${ARN}tagged`, Tags: [{ Key: 'a', Value: '1' }] })),
    answer: {},
  },
  {
    what: 'ListTagsOfResource',
    evidence: DYNALITE,
    call: () => client.send(new ListTagsOfResourceCommand({ ResourceArn: `${ARN}tagged` })),
    answer: { Tags: [{ Key: 'a', Value: '1' }] },
  },
  {
    what: 'UntagResource answers nothing',
    evidence: DYNALITE,
    call: () => client.send(new UntagResourceCommand({ ResourceArn: `${ARN}tagged`, TagKeys: ['a'] })),
    answer: {},
  },
  {
    what: 'tags of a table that is not there',
    evidence: DYNALITE,
    call: () => client.send(new ListTagsOfResourceCommand({ ResourceArn: `${ARN}absent` })),
    error: refused(
      'ResourceNotFoundException',
      `Requested resource not found: ResourcArn: ${ARN}absent not found`,
    ),
  },
  {
    what: 'ListTables in pages',
    evidence: DYNALITE,
    call: () => client.send(new ListTablesCommand({ Limit: 1 })),
    answer: { TableNames: ['made'], LastEvaluatedTableName: 'made' },
  },
  {
    what: 'nothing expires by itself',
    evidence: DYNALITE,
    call: () => client.send(new DescribeTimeToLiveCommand({ TableName: 'plain' })),
    answer: { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } },
  },
]);
