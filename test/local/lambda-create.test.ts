import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { refusal, ROLE, startTestLambda, UNTRUSTED_ROLE, type TestLambda } from '../_helpers/lambda.js';
import { zipOf } from '../_helpers/zip.js';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const CODE = zipOf({ 'index.js': 'exports.handler = async () => 1;' });

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
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

describe('CreateFunction', () => {
  test('keeps what was asked for, and an empty map of variables as one', async () => {
    const asked = { Description: 'd', Timeout: 10, MemorySize: 256, Environment: { Variables: {} } };
    expect(await create('asked', asked)).toMatchObject(asked);
  });

  test('takes a full ARN as the name', async () => {
    expect(await create(`${ARN}:by-arn`)).toMatchObject({ FunctionName: 'by-arn' });
  });

  test('of two at once with one name, makes one', async () => {
    const outcomes = await Promise.allSettled([create('race'), create('race')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  const INVALID = 'InvalidParameterValueException';
  const constraint = (value: string, member: string, phrase: string): string =>
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${phrase}`;
  const variables =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';

  test.each<[string, object, string, string]>([
    [
      'a role that Lambda may not assume',
      { Role: UNTRUSTED_ROLE },
      INVALID,
      'The role defined for the function cannot be assumed by Lambda.',
    ],
    [
      'a role that is no ARN',
      { Role: 'r1' },
      'ValidationException',
      constraint(
        "'r1'",
        'role',
        String.raw`Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`,
      ),
    ],
    [
      'a retired runtime',
      { Runtime: 'python3.7' },
      INVALID,
      'The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      'a name that is too long',
      { FunctionName: 'x'.repeat(65) },
      INVALID,
      constraint(`'${'x'.repeat(65)}'`, 'functionName', 'Member must have length less than or equal to 64'),
    ],
    [
      'no runtime',
      { Runtime: undefined },
      INVALID,
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    ],
    [
      'a time-out of zero',
      { Timeout: 0 },
      'ValidationException',
      constraint("'0'", 'timeout', 'Member must have value greater than or equal to 1'),
    ],
    [
      'a time-out of a quarter of an hour and a second',
      { Timeout: 901 },
      'ValidationException',
      constraint("'901'", 'timeout', 'Member must have value less than or equal to 900'),
    ],
    [
      'too little memory',
      { MemorySize: 64 },
      'ValidationException',
      constraint("'64'", 'memorySize', 'Member must have value greater than or equal to 128'),
    ],
    [
      'too much memory',
      { MemorySize: 10241 },
      INVALID,
      "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
    ],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      INVALID,
      `${variables} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION`,
    ],
    [
      'variables over 4 KB',
      { Environment: { Variables: { BIG: 'x'.repeat(4096) } } },
      INVALID,
      `${variables} exceeded the 4KB limit. String measured: {"BIG":"${'x'.repeat(4096)}"}`,
    ],
    [
      'more than 50 tags',
      { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) },
      INVALID,
      'Number of tags exceeds resource tag limit.',
    ],
    [
      'code in S3',
      { Code: { S3Bucket: 'some-bucket', S3Key: 'k' } },
      INVALID,
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    ],
    [
      'layers',
      { Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:l:1'] },
      INVALID,
      'The local AWS does not serve Layers.',
    ],
  ])('refuses %s', async (_what, changes, name, message) => {
    expect(await refusal(create('refused', changes))).toEqual({ status: 400, name, message });
  });

  test('refuses a runtime that does not exist, and lists those that do', async () => {
    const { name, message } = await refusal(create('refused', { Runtime: 'nodejs99.x' }));
    expect(name).toBe(INVALID);
    expect(message).toMatch(
      /^Value nodejs99\.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, .*\] or be a valid ARN$/,
    );
  });

  test('leaves nothing behind of what it refused', async () => {
    const { status } = await refusal(aws.client.send(new GetFunctionCommand({ FunctionName: 'refused' })));
    expect(status).toBe(404);
  });
});
