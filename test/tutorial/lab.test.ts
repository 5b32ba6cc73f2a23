import { describe, expect, test } from '@jest/globals';
import { invokeUrl } from '../../src/aws/target.js';
import { describeLab, LAB_NAME } from '../../src/tutorial/lab.js';
import { eventOf } from '../../src/tutorial/operations.js';

describe('the names of a lab', () => {
  test('are the tutorial’s for the plain lab', () => {
    const lab = describeLab('default');

    expect([
      lab.role.name,
      lab.function.name,
      lab.table.name,
      lab.api.name,
      lab.key.name,
      lab.usagePlan.name,
    ]).toEqual([
      'lambda-apigateway-role',
      'LambdaFunctionOverHttps',
      'lambda-apigateway',
      'DynamoDBOperations',
      'Lambda-key',
      'Lambda-dynamoDB-usageplan',
    ]);
  });

  test('bear the name of another lab, except what lies inside its own API and role', () => {
    const lab = describeLab('ana');

    expect([lab.function.name, lab.role.policyName, lab.resource.path, lab.stage.name]).toEqual([
      'LambdaFunctionOverHttps-ana',
      'lambda-apigateway-policy',
      '/dynamodbmanager',
      'Prod',
    ]);
  });

  test.each([
    ['ana', true],
    ['a', true],
    ['team-7', true],
    ['a'.repeat(30), true],
    ['a'.repeat(31), false],
    ['-ana', false],
    ['ana-', false],
    ['Ana', false],
    ['../up', false],
    ['', false],
  ])('%s is a name: %s', (name, expected) => {
    expect(LAB_NAME.test(name)).toBe(expected);
  });
});

describe('the invoke URL', () => {
  const api = { apiId: 'a1b2c3d4e5', stage: 'Prod', path: '/dynamodbmanager' };

  test.each([
    [undefined, 'aws', 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/Prod/dynamodbmanager'],
    [undefined, 'aws-cn', 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com.cn/Prod/dynamodbmanager'],
    [undefined, 'aws-eusc', 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.eu/Prod/dynamodbmanager'],
    [
      'http://127.0.0.1:4566/',
      'aws',
      'http://127.0.0.1:4566/restapis/a1b2c3d4e5/Prod/_user_request_/dynamodbmanager',
    ],
  ])('behind %s in %s is %s', (endpoint, partition, expected) => {
    const place = { partition, account: '123456789012', region: 'eu-west-1' };

    expect(invokeUrl({ endpoint }, { ...api, place })).toBe(expected);
  });
});

describe('the events of the tutorial', () => {
  const tableName = 'lambda-apigateway';

  test('create puts the tutorial’s item', () => {
    expect(eventOf('create', { tableName })).toEqual({
      operation: 'create',
      tableName: 'lambda-apigateway',
      payload: { Item: { id: '1234ABCD', number: 5 } },
    });
  });

  test('list sends an empty payload', () => {
    expect(eventOf('list', { tableName })).toEqual({ operation: 'list', tableName, payload: {} });
  });

  test('update names every attribute by a placeholder, since `number` is a reserved word', () => {
    expect(eventOf('update', { tableName, id: '1', set: { number: 6 } })).toEqual({
      operation: 'update',
      tableName,
      payload: {
        Key: { id: '1' },
        UpdateExpression: 'SET #n0 = :v0',
        ExpressionAttributeNames: { '#n0': 'number' },
        ExpressionAttributeValues: { ':v0': 6 },
        ReturnValues: 'ALL_NEW',
      },
    });
  });

  test('ping needs nothing', () => {
    expect(eventOf('ping', { tableName })).toEqual({ operation: 'ping' });
  });
});
