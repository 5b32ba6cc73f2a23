import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  TooManyRequestsException,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';

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
  test('are added to those that are there, and taken away by key', async () => {
    await tag({ a: '1', 'lab-setup:lab': 'default' });
    const { $metadata } = await tag({ a: '2', c: '3' });
    await aws.client.send(new UntagResourceCommand({ Resource, TagKeys: ['c', 'lab-setup:lab', 'absent'] }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await list()).toEqual({ a: '2' });
  });

  test('may be called what objects inherit', async () => {
    const tags = { constructor: '1', prototype: '2' };
    await tag(tags);
    expect(await list()).toEqual(tags);
  });

  test('change the revision, and nothing else', async () => {
    const read = () => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const before = await read();
    await tag({ a: '1' });
    const after = await read();
    expect(after.RevisionId).not.toBe(before.RevisionId);
    expect(after).toMatchObject({ LastUpdateStatus: 'Successful', LastModified: before.LastModified });
  });
});

describe('reserved concurrency', () => {
  const put = (ReservedConcurrentExecutions: number) =>
    aws.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));

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
});
