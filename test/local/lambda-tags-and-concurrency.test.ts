import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  TooManyRequestsException,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { refusal, startTestLambda, type TestLambda } from '../_helpers/lambda.js';

let aws: TestLambda;
let count = 0;
let FunctionName: string;
let Resource: string;
beforeAll(async () => {
  aws = await startTestLambda();
});
beforeEach(async () => {
  count += 1;
  FunctionName = `f${count}`;
  Resource = `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`;
  await aws.create(FunctionName, 'exports.handler = async () => 1;');
});
afterAll(() => aws.stop());

const list = async () => (await aws.client.send(new ListTagsCommand({ Resource }))).Tags;
const tag = (Tags: Record<string, string>, arn = Resource) =>
  aws.client.send(new TagResourceCommand({ Resource: arn, Tags }));

describe('tags', () => {
  test('are an empty map at first', async () => {
    expect(await list()).toEqual({});
  });

  test('are added to those that are there, and taken away by key', async () => {
    await tag({ a: '1', 'lab-setup:lab': 'default' });
    const { $metadata } = await tag({ a: '2', c: '3' });
    await aws.client.send(new UntagResourceCommand({ Resource, TagKeys: ['c', 'lab-setup:lab', 'absent'] }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await list()).toEqual({ a: '2' });
  });

  test('change the revision, and nothing else', async () => {
    const read = () => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const before = await read();
    await tag({ a: '1' });
    const after = await read();
    expect(after.RevisionId).not.toBe(before.RevisionId);
    expect(after).toMatchObject({ LastUpdateStatus: 'Successful', LastModified: before.LastModified });
  });

  test.each<[string, () => Promise<unknown>, number, string]>([
    ['an empty map', () => tag({}), 400, 'An error occurred and the request cannot be processed.'],
    [
      'a version',
      () => tag({ a: '1' }, `${Resource}:$LATEST`),
      400,
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    ],
    ['a missing function', () => tag({ a: '1' }, `${Resource}x`), 404, 'Function not found: '],
    [
      'a name that is no ARN',
      () => tag({ a: '1' }, 'f1'),
      400,
      "1 validation error detected: Value 'f1' at 'resource' failed to satisfy constraint",
    ],
    [
      'more than fifty',
      () => tag(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']))),
      400,
      'Number of tags exceeds resource tag limit.',
    ],
  ])('are refused for %s', async (_what, call, status, message) => {
    const refused = await refusal(call());
    expect(refused.status).toBe(status);
    expect(refused.message).toContain(message);
  });
});

describe('reserved concurrency', () => {
  const put = (ReservedConcurrentExecutions: number) =>
    aws.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));

  test('is shown by GetFunction while it is set', async () => {
    expect(await put(5)).toMatchObject({ ReservedConcurrentExecutions: 5 });
    const shown = await aws.client.send(new GetFunctionCommand({ FunctionName }));
    expect(shown.Concurrency).toEqual({ ReservedConcurrentExecutions: 5 });
    await aws.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const { $metadata, ...rest } = await aws.client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect($metadata.httpStatusCode).toBe(200);
    expect(rest).toEqual({});
  });

  test('cannot take the last hundred of the account', async () => {
    expect(await refusal(put(901))).toMatchObject({
      status: 400,
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
  });

  test('of zero throttles every invocation', async () => {
    await put(0);
    const error: unknown = await aws.client
      .send(new InvokeCommand({ FunctionName }))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TooManyRequestsException);
    expect(error).toMatchObject({
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
      $metadata: { httpStatusCode: 429 },
    });
  });

  test('of a missing function is a 404 with its version', async () => {
    const command = new PutFunctionConcurrencyCommand({
      FunctionName: 'nobody',
      ReservedConcurrentExecutions: 1,
    });
    expect((await refusal(aws.client.send(command))).message).toBe(
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST',
    );
  });
});
