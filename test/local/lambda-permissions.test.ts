import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AddPermissionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  type AddPermissionCommandInput,
} from '@aws-sdk/client-lambda';
import { refusal, startTestLambda, type TestLambda } from '../_helpers/lambda.js';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const SOURCE = 'arn:aws:execute-api:us-east-1:000000000000:abc1234567/*/POST/dynamodbmanager';

let aws: TestLambda;
let count = 0;
let name: string;
beforeAll(async () => {
  aws = await startTestLambda();
});
beforeEach(async () => {
  count += 1;
  name = `f${count}`;
  await aws.create(name, 'exports.handler = async () => 1;');
});
afterAll(() => aws.stop());

const add = (changes: Partial<AddPermissionCommandInput> = {}) =>
  aws.client.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'apigw',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      ...changes,
    }),
  );
const remove = (changes: object = {}) =>
  aws.client.send(new RemovePermissionCommand({ FunctionName: name, StatementId: 'apigw', ...changes }));
const policy = () => aws.client.send(new GetPolicyCommand({ FunctionName: name }));

describe('AddPermission', () => {
  test.each<[string, Partial<AddPermissionCommandInput>, object]>([
    ['no condition', {}, { Principal: { Service: 'apigateway.amazonaws.com' } }],
    [
      'the source account',
      { SourceAccount: '111122223333' },
      { Condition: { StringEquals: { 'AWS:SourceAccount': '111122223333' } } },
    ],
    ['an account', { Principal: '111122223333' }, { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['everybody', { Principal: '*' }, { Principal: '*' }],
  ])('prints %s as AWS does', async (_what, changes, part) => {
    const { Statement = '' } = await add(changes);
    expect(JSON.parse(Statement)).toMatchObject(part);
  });

  test('changes the revision, which GetPolicy then tells', async () => {
    const read = () => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const before = await read();
    await add();
    const { RevisionId } = await policy();
    expect(RevisionId).not.toBe(before.RevisionId);
    expect(RevisionId).toBe((await read()).RevisionId);
  });
});

describe('RemovePermission', () => {
  test('answers 204, and the last statement takes the policy with it', async () => {
    await add();
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(policy())).toMatchObject({ status: 404 });
  });
});

describe('whether a service may invoke', () => {
  const service = 'apigateway.amazonaws.com';
  const asks = (method: string, api = 'abc1234567') =>
    aws.lambda.functions.allows(`${FUNCTION_ARN}:${name}`, {
      service,
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api}/Prod/${method}/dynamodbmanager`,
    });

  test('nobody may without a statement, or when the function is missing', () => {
    expect(asks('POST')).toBe(false);
    expect(aws.lambda.functions.allows(`${FUNCTION_ARN}:nobody`, { service, sourceArn: SOURCE })).toBe(false);
  });

  test('only the source that the statement names may', async () => {
    await add({ SourceArn: SOURCE });
    expect([asks('POST'), asks('GET'), asks('POST', 'other')]).toEqual([true, false, false]);
  });

  test('only the service that the statement names may', async () => {
    await add({ Principal: 'events.amazonaws.com', SourceArn: SOURCE });
    expect(asks('POST')).toBe(false);
  });
});
