import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/local/errors.js';
import { crc32 } from '../../src/local/services/dynamodb/crc32.js';
import { labTable, openTestDynamoDb, type TestDynamoDb } from '../_helpers/dynamodb.js';
import { startTestAws } from '../_helpers/local-aws.js';

const opened: TestDynamoDb[] = [];

async function open(options?: Parameters<typeof openTestDynamoDb>[0]): Promise<TestDynamoDb> {
  const dynamodb = await openTestDynamoDb(options);
  opened.push(dynamodb);
  return dynamodb;
}

afterEach(async () => {
  for (const dynamodb of opened.splice(0)) await dynamodb.stop();
});

describe('an answer', () => {
  test('has DynamoDB’s headers', async () => {
    const dynamodb = await open();
    const { headers, text } = await dynamodb.call('ListTables', {});
    expect(text).toBe('{"TableNames":[]}');
    expect(headers).toEqual({
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-RequestId': expect.stringMatching(/^[0-9A-Z]{52}$/),
      'x-amz-crc32': '1315925753',
    });
  });

  test('of TagResource has no body', async () => {
    const dynamodb = await open();
    await dynamodb.call('CreateTable', labTable('tagged'));
    const ResourceArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/tagged';
    const answer = await dynamodb.call('TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(answer).toMatchObject({ status: 200, text: '', headers: { 'x-amz-crc32': '0' } });
  });
});

describe('an error', () => {
  test.each([
    [
      'an unknown operation',
      'DynamoDB_20120810.Nonsense',
      '{}',
      'com.amazon.coral.service#UnknownOperationException',
      'The local AWS does not serve dynamodb:Nonsense.',
    ],
    [
      'an inherited operation',
      'DynamoDB_20120810.constructor',
      '{}',
      'com.amazon.coral.service#UnknownOperationException',
      'The local AWS does not serve dynamodb:constructor.',
    ],
    [
      'another API',
      'DynamoDBStreams_20120810.ListStreams',
      '{}',
      'com.amazon.coral.service#UnknownOperationException',
      'The local AWS does not serve dynamodb:DynamoDBStreams_20120810.ListStreams.',
    ],
    [
      'no operation',
      '',
      '{}',
      'com.amazon.coral.service#UnknownOperationException',
      'The local AWS does not serve a request without an operation.',
    ],
    [
      'a body that is no JSON',
      'DynamoDB_20120810.PutItem',
      '{',
      'com.amazon.coral.service#SerializationException',
      undefined,
    ],
    [
      'an empty body',
      'DynamoDB_20120810.PutItem',
      '',
      'com.amazon.coral.service#SerializationException',
      undefined,
    ],
    [
      'a body that is no object',
      'DynamoDB_20120810.PutItem',
      '[]',
      'com.amazon.coral.service#SerializationException',
      undefined,
    ],
    [
      'null',
      'DynamoDB_20120810.PutItem',
      'null',
      'com.amazon.coral.service#SerializationException',
      undefined,
    ],
    [
      'an attribute __proto__',
      'DynamoDB_20120810.PutItem',
      '{"TableName":"abc","Item":{"id":{"S":"1"},"\\u005f_proto__":{"S":"2"}}}',
      'com.amazon.coral.validate#ValidationException',
      'The local AWS cannot store an attribute named __proto__.',
    ],
    [
      'a failed check',
      'DynamoDB_20120810.PutItem',
      '{"TableName":"abc"}',
      'com.amazon.coral.validate#ValidationException',
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    ],
    [
      'null for a value',
      'DynamoDB_20120810.BatchGetItem',
      '{"RequestItems":{"abc":{"Keys":[null]}}}',
      'com.amazon.coral.validate#ValidationException',
      'One or more parameter values were invalid: unexpected null',
    ],
    [
      'null among the attributes to get',
      'DynamoDB_20120810.Scan',
      '{"TableName":"abc","AttributesToGet":[null]}',
      'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      'Requested resource not found',
    ],
    [
      'a change of an index without a name',
      'DynamoDB_20120810.UpdateTable',
      '{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{}}]}',
      'com.amazon.coral.validate#ValidationException',
      "1 validation error detected: Value null at 'globalSecondaryIndexUpdates.1.member.delete.indexName' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a change of an index',
      'DynamoDB_20120810.UpdateTable',
      '{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}]}',
      'com.amazon.coral.validate#ValidationException',
      'The local AWS does not serve the parameter GlobalSecondaryIndexUpdates of UpdateTable.',
    ],
    [
      'a new index, which has no throughput where the table is on demand',
      'DynamoDB_20120810.UpdateTable',
      '{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]}',
      'com.amazon.coral.validate#ValidationException',
      'The local AWS does not serve the parameter GlobalSecondaryIndexUpdates of UpdateTable.',
    ],
    [
      'members that ask for nothing',
      'DynamoDB_20120810.UpdateTable',
      '{"TableName":"abc","GlobalSecondaryIndexUpdates":[],"StreamSpecification":null}',
      'com.amazon.coral.validate#ValidationException',
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    ],
    [
      'two failed checks',
      'DynamoDB_20120810.PutItem',
      '{}',
      'com.amazon.coral.validate#ValidationException',
      expect.stringMatching(/^2 validation errors detected: .*tableName.*; .*item/),
    ],
    [
      'an unknown table',
      'DynamoDB_20120810.Scan',
      '{"TableName":"abc"}',
      'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      'Requested resource not found',
    ],
    [
      'values in values without end',
      'DynamoDB_20120810.PutItem',
      `{"TableName":"abc","Item":{"id":${'{"L":['.repeat(20_000)}${']}'.repeat(20_000)}}}`,
      'com.amazon.coral.validate#ValidationException',
      'Nesting Levels have exceeded supported limits',
    ],
  ])('for %s is a 400 of its type', async (_name, target, body, type, message) => {
    const dynamodb = await open();
    const answer = await dynamodb.send({ target, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ __type: type, ...(message === undefined ? {} : { message }) });
  });

  test.each([
    ['a string for a structure', 'GetItem', { TableName: 'abc', Key: 'x' }, 'Unexpected field type'],
    [
      'an array for the tables of a batch',
      'BatchGetItem',
      { RequestItems: [] },
      'Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.KeysAndAttributes>',
    ],
    [
      'a string for the changes of indexes',
      'UpdateTable',
      { TableName: 'abc', GlobalSecondaryIndexUpdates: 'x' },
      'Unexpected field type',
    ],
  ])('for %s writes "Message"', async (_name, operation, input, message) => {
    const dynamodb = await open();
    const { body } = await dynamodb.call(operation, input);
    expect(body).toEqual({ __type: 'com.amazon.coral.service#SerializationException', Message: message });
  });

  test('for a body over 16 MiB is a 413', async () => {
    const dynamodb = await open();
    const body = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');
    expect((await dynamodb.send({ target: 'DynamoDB_20120810.PutItem', body })).status).toBe(413);
  });

  test('of authorization comes before the table is looked for, and writes "Message"', async () => {
    const asked: unknown[] = [];
    const dynamodb = await open({
      authorize: (_principal, action) => {
        asked.push(action);
        throw new AwsError({
          code: 'AccessDeniedException',
          status: 400,
          message: 'User: x is not authorized',
        });
      },
    });
    const answer = await dynamodb.call('GetItem', {
      TableName: 'arn:aws:dynamodb:eu-west-1:000000000000:table/absent',
      Key: {},
    });
    expect(answer.body).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      Message: 'User: x is not authorized',
    });
    expect(asked).toEqual([
      { service: 'dynamodb', operation: 'GetItem', input: { TableName: 'absent', Key: {} } },
    ]);
  });

  test('of the signature has the namespace of the front door', async () => {
    await using aws = await startTestAws();
    const response = await fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    });
  });
});

describe('with real times', () => {
  const delays = { createTable: 1000, updateTable: 2000, deleteTable: 3000 };
  const table = { TableName: 'slow' };
  const item = { ...table, Item: { id: { S: '1' } } };

  async function openAt(start: number) {
    const time = { now: start };
    const dynamodb = await open({ delays, now: () => time.now });
    const status = async (): Promise<unknown> => {
      const { body } = await dynamodb.call('DescribeTable', table);
      return (body['Table'] as { TableStatus: string } | undefined)?.TableStatus ?? body['message'];
    };
    return { time, dynamodb, status };
  }

  test('a table is CREATING, and its items are not there, until its time has come', async () => {
    const { time, dynamodb, status } = await openAt(5000);
    await dynamodb.call('CreateTable', labTable('slow'));
    expect(await status()).toBe('CREATING');
    expect((await dynamodb.call('PutItem', item)).body).toMatchObject({
      message: 'Requested resource not found',
    });
    expect((await dynamodb.call('DeleteTable', table)).body).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceInUseException',
      message: 'Attempt to change a resource which is still in use: Table is being created: slow',
    });
    time.now = 6000;
    expect(await status()).toBe('ACTIVE');
    expect((await dynamodb.call('PutItem', item)).status).toBe(200);
  });

  test('a table is UPDATING, and usable, until its time has come', async () => {
    const { time, dynamodb, status } = await openAt(5000);
    await dynamodb.call('CreateTable', labTable('slow'));
    time.now = 6000;
    await dynamodb.call('UpdateTable', { ...table, DeletionProtectionEnabled: true });
    expect(await status()).toBe('UPDATING');
    expect((await dynamodb.call('PutItem', item)).status).toBe(200);
    time.now = 8000;
    expect(await status()).toBe('ACTIVE');
  });

  test('a table is DELETING, and its name taken, until its time has come', async () => {
    const { time, dynamodb, status } = await openAt(5000);
    await dynamodb.call('CreateTable', labTable('slow'));
    time.now = 6000;
    await dynamodb.call('DeleteTable', table);
    expect(await status()).toBe('DELETING');
    expect((await dynamodb.call('CreateTable', labTable('slow'))).body).toMatchObject({
      message: 'Table already exists: slow',
    });
    time.now = 9000;
    expect(await status()).toBe('Requested resource not found: Table: slow not found');
    expect((await dynamodb.call('CreateTable', labTable('slow'))).status).toBe(200);
  });

  test.each([
    ['CREATING', 'ACTIVE'],
    ['DELETING', 'Requested resource not found: Table: slow not found'],
  ])('a table that was %s when the server stopped is healed', async (before, after) => {
    const { time, dynamodb, status } = await openAt(5000);
    await dynamodb.call('CreateTable', labTable('slow'));
    if (before === 'DELETING') {
      time.now = 6000;
      await dynamodb.call('DeleteTable', table);
    }
    expect(await status()).toBe(before);
    await dynamodb.restart();
    time.now = 60_000;
    expect(await status()).toBe(after);
  });
});

// The last two are answers of DynamoDB itself with the checksum that it sends.
test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['<UnknownOperationException/>\n', 3552371480],
  ['healthy: dynamodb.us-east-1.amazonaws.com ', 3128867991],
])('the checksum of %p is CRC-32', (text, checksum) => {
  expect(crc32(Buffer.from(text))).toBe(checksum);
});
