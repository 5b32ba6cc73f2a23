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
  test('answers 201 with the statement as text, its keys in the order of AWS', async () => {
    const { $metadata, Statement } = await add({ SourceArn: SOURCE });
    expect($metadata.httpStatusCode).toBe(201);
    expect(Statement).toBe(
      `{"Sid":"apigw","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${FUNCTION_ARN}:${name}","Condition":{"ArnLike":{"AWS:SourceArn":"${SOURCE}"}}}`,
    );
  });

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

  test('refuses a Sid that is there, even for the same statement', async () => {
    await add();
    expect(await refusal(add())).toEqual({
      status: 409,
      name: 'ResourceConflictException',
      message:
        'The statement id (apigw) provided already exists. Please provide a new statement id, or remove the existing statement.',
    });
  });

  test.each<[string, Partial<AddPermissionCommandInput>, number, string, string]>([
    [
      'a Sid with a dot',
      { StatementId: 'example.com' },
      400,
      'ValidationException',
      "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
    ],
    [
      'a principal that is none',
      { Principal: 'nonsense' },
      400,
      'InvalidParameterValueException',
      'The provided principal was invalid. Please check the principal and try again.',
    ],
    [
      '$LATEST',
      { Qualifier: '$LATEST' },
      400,
      'InvalidParameterValueException',
      'We currently do not support adding policies for $LATEST.',
    ],
    [
      'a stale revision',
      { RevisionId: 'no' },
      412,
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
    ],
    [
      'a missing function',
      { FunctionName: 'nobody' },
      404,
      'ResourceNotFoundException',
      `Function not found: ${FUNCTION_ARN}:nobody`,
    ],
  ])('refuses %s', async (_what, changes, status, error, message) => {
    expect(await refusal(add(changes))).toEqual({ status, name: error, message });
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

describe('GetPolicy', () => {
  test('answers all statements in the order in which they were added', async () => {
    await add({ StatementId: 'b' });
    await add({ StatementId: 'a' });
    const document = JSON.parse((await policy()).Policy ?? '') as { Statement: { Sid: string }[] };
    expect(document).toMatchObject({ Version: '2012-10-17', Id: 'default' });
    expect(document.Statement.map(({ Sid }) => Sid)).toEqual(['b', 'a']);
  });

  test('is a 404 as long as there is no statement', async () => {
    expect(await refusal(policy())).toMatchObject({
      status: 404,
      message: 'The resource you requested does not exist.',
    });
  });
});

describe('RemovePermission', () => {
  test('answers 204, and the last statement takes the policy with it', async () => {
    await add();
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(policy())).toMatchObject({ status: 404 });
  });

  test('is a 404 in three different words', async () => {
    expect((await refusal(remove())).message).toBe('No policy is associated with the given resource.');
    await add();
    expect((await refusal(remove({ StatementId: 'other' }))).message).toBe(
      'Statement other is not found in resource policy.',
    );
    expect((await refusal(remove({ FunctionName: 'nobody' }))).message).toBe(
      `No policy found for: ${FUNCTION_ARN}:nobody`,
    );
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
