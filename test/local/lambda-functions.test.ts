import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  paginateListFunctions,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { ROLE, startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { zipOf } from '../_helpers/zip.js';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const CODE = zipOf({ 'index.js': 'exports.handler = async () => 1;' });

let aws: TestLambda;
/** How far the clock is ahead, in milliseconds. */
let passed = 0;
beforeAll(async () => {
  aws = await startTestLambda({ clock: { now: () => Date.now() + passed } });
});
afterAll(() => aws.stop());

const input = (FunctionName: string): CreateFunctionCommandInput => ({
  FunctionName,
  Runtime: 'nodejs22.x',
  Role: ROLE,
  Handler: 'index.handler',
  Code: { ZipFile: CODE },
});

const create = (name: string, changes: object = {}) =>
  aws.client.send(new CreateFunctionCommand({ ...input(name), ...changes }));

describe('a function that was made', () => {
  beforeAll(() => create('made', { Tags: { a: 'b' } }));

  test.each(['made', `${ARN}:made`, '000000000000:function:made', `${ARN}:made:$LATEST`])(
    'is found as %s',
    async (FunctionName) => {
      const { Configuration } = await aws.client.send(new GetFunctionCommand({ FunctionName }));
      expect(Configuration).toMatchObject({
        FunctionName: 'made',
        State: 'Active',
        LastUpdateStatus: 'Successful',
      });
      expect(Configuration).not.toHaveProperty('StateReason');
    },
  );

  test('has another revision once it is active, and keeps that', async () => {
    const made = await create('revised');
    const read = () => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'revised' }));
    const [first, second] = [await read(), await read()];
    expect(first.RevisionId).not.toBe(made.RevisionId);
    expect(second.RevisionId).toBe(first.RevisionId);
  });

  test('shows its tags, and where its code can be fetched without a signature', async () => {
    const answer = await aws.client.send(new GetFunctionCommand({ FunctionName: 'made' }));
    expect(answer.Tags).toEqual({ a: 'b' });
    expect(answer.Code?.RepositoryType).toBe('S3');
    const response = await fetch(answer.Code?.Location ?? '');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(CODE);
  });

  test('does not give its code to a link that was altered', async () => {
    const { Code } = await aws.client.send(new GetFunctionCommand({ FunctionName: 'made' }));
    const response = await fetch((Code?.Location ?? '').replace(/X-Amz-Date=\d/, 'X-Amz-Date=9'));
    expect(response.status).toBe(403);
  });

  test.each([
    [599, 200],
    [601, 403],
  ])('gives its code to a link that is %d seconds old with %d', async (seconds, status) => {
    const { Code } = await aws.client.send(new GetFunctionCommand({ FunctionName: 'made' }));
    passed = seconds * 1000;
    const response = await fetch(Code?.Location ?? '');
    passed = 0;
    expect(response.status).toBe(status);
  });
});

describe('ListFunctions', () => {
  test('pages to the end, in the order of names, without what AWS leaves out there', async () => {
    const names: string[] = [];
    for await (const page of paginateListFunctions({ client: aws.client, pageSize: 2 }, {})) {
      expect(page.Functions?.length).toBeLessThanOrEqual(2);
      for (const each of page.Functions ?? []) {
        expect(each).not.toHaveProperty('State');
        names.push(each.FunctionName ?? '');
      }
    }
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['made', 'revised']));
  });

  test('names the version with FunctionVersion=ALL', async () => {
    const { Functions = [] } = await aws.client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
    expect(Functions[0]?.FunctionArn).toMatch(/:\$LATEST$/);
  });
});

describe('DeleteFunction', () => {
  test('answers 204, and the name is free again', async () => {
    await create('gone');
    const { $metadata } = await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await create('gone')).toMatchObject({ State: 'Pending' });
  });
});
