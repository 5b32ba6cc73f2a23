import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { functionSchema } from '../../src/local/services/lambda/state.js';
import { refusal, ROLE, startTestLambda, type TestLambda } from '../_helpers/lambda.js';
import { active, ARN, code, invalid, notFound, plainFunction } from '../_helpers/lambda-shapes.js';
import { zipOf } from '../_helpers/zip.js';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
});
afterAll(() => aws.stop());

const program = (answer: string): string =>
  `exports.handler = async (event, context) => ['${answer}', context.functionVersion, process.env.AWS_LAMBDA_FUNCTION_VERSION, context.invokedFunctionArn];`;
const zip = (answer: string) => zipOf({ 'index.js': program(answer) });
const version = (name: string, number: string) => ({
  FunctionArn: `${ARN}:${name}:${number}`,
  Version: number,
});
const publish = (FunctionName: string, more: object = {}) =>
  aws.client.send(new PublishVersionCommand({ FunctionName, ...more }));
const versionsOf = async (FunctionName: string) => {
  const { Versions = [] } = await aws.client.send(new ListVersionsByFunctionCommand({ FunctionName }));
  return Versions.map(({ Version }) => Version);
};

test('a version keeps the code and the configuration that it was published with', async () => {
  await aws.create('frozen', program('old'));
  const FunctionName = 'frozen';
  expect(await publish(FunctionName, { Description: 'first' })).toMatchObject({
    ...version('frozen', '1'),
    Description: 'first',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    $metadata: { httpStatusCode: 201 },
  });
  await aws.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  await aws.client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip('new') }));

  const invoke = async (Qualifier?: string) => {
    const answer = await aws.client.send(
      new InvokeCommand({ FunctionName, LogType: 'Tail', ...(Qualifier ? { Qualifier } : {}) }),
    );
    return {
      result: JSON.parse(answer.Payload?.transformToString() ?? '') as unknown,
      executed: answer.ExecutedVersion,
      log: /Version: (\S+)\n/.exec(Buffer.from(answer.LogResult ?? '', 'base64').toString())?.[1],
    };
  };
  const old = { result: ['old', '1', '1', `${ARN}:frozen:1`], executed: '1', log: '1' };
  expect(await invoke('1')).toEqual(old);
  expect(await invoke()).toEqual({
    result: ['new', '$LATEST', '$LATEST', `${ARN}:frozen`],
    executed: '$LATEST',
    log: '$LATEST',
  });
  expect(await invoke('1')).toEqual(old);
  const first = await aws.client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' }));
  expect(first).toMatchObject({ ...version('frozen', '1'), Timeout: 3 });
});

test('publishing what was not changed since gives the same version, and an update with Publish the next', async () => {
  await aws.create('counted', { 'index.js': program('a') });
  const FunctionName = 'counted';
  await publish(FunctionName, { Description: 'first' });
  expect(await publish(FunctionName, { Description: 'again' })).toMatchObject({
    Version: '1',
    Description: 'first',
  });
  const update = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip('b'), Publish: true });
  const updated = await aws.client.send(update);
  expect(updated).toMatchObject({ ...version('counted', '2'), State: 'Pending' });
  expect(updated.LastUpdateStatus).toBeUndefined();
  await aws.client.send(update);
  expect(await versionsOf(FunctionName)).toEqual(['$LATEST', '1', '2']);
  const { Functions = [] } = await aws.client.send(
    new ListFunctionsCommand({
      FunctionVersion: 'ALL',
      MaxItems: 2,
      Marker: Buffer.from('counted').toString('base64'),
    }),
  );
  expect(Functions.map(({ FunctionArn }) => FunctionArn)).toEqual([
    `${ARN}:counted:$LATEST`,
    `${ARN}:counted:1`,
  ]);
});

test('CreateFunction with Publish answers with the version, which GetFunction has as well', async () => {
  const created = await aws.client.send(
    new CreateFunctionCommand({ ...plainFunction('born'), Publish: true }),
  );
  // The ARN is the function's own (recorded: test_publish_version_on_create).
  expect(created).toMatchObject({ FunctionArn: `${ARN}:born`, Version: '1', State: 'Pending' });
  const got = await aws.client.send(new GetFunctionCommand({ FunctionName: 'born', Qualifier: '1' }));
  expect(got.Code).toEqual(code);
  expect(got.Configuration).toEqual({ ...active('born'), ...version('born', '1') });
});

test('a version that is deleted is gone, and its number is not given again', async () => {
  await aws.create('short', program('a'));
  const FunctionName = 'short';
  await publish(FunctionName);
  const remove = new DeleteFunctionCommand({ FunctionName, Qualifier: '1' });
  expect((await aws.client.send(remove)).$metadata.httpStatusCode).toBe(204);
  expect((await aws.client.send(remove)).$metadata.httpStatusCode).toBe(204);
  expect(await refusal(aws.client.send(new InvokeCommand({ FunctionName, Qualifier: '1' })))).toEqual(
    notFound('short:1'),
  );
  expect(await publish(FunctionName)).toMatchObject({ Version: '2' });
  await aws.client.send(new DeleteFunctionCommand({ FunctionName }));
  await aws.create('short', program('a'));
  expect(await versionsOf(FunctionName)).toEqual(['$LATEST']);
});

test('DeleteFunction takes no alias', async () => {
  await aws.create('aliased', program('a'));
  const remove = new DeleteFunctionCommand({ FunctionName: 'aliased', Qualifier: 'live' });
  expect(await refusal(aws.client.send(remove))).toEqual(
    invalid('Deletion of aliases is not currently supported.'),
  );
});

test('a function of a state from before there were versions has published none', () => {
  const older = {
    name: 'older',
    settings: {
      Runtime: 'nodejs22.x',
      Role: ROLE,
      Handler: 'index.handler',
      Description: '',
      Timeout: 3,
      MemorySize: 128,
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      TracingConfig: { Mode: 'PassThrough' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/older' },
      code: { id: '00', size: 1 },
      generation: 'one',
    },
    state: 'Active',
    settlesAt: 0,
    revisionId: 'r',
    lastModified: 0,
    tags: {},
    statements: [],
  };
  expect(v.parse(functionSchema, older)).toEqual({ ...older, version: '$LATEST', lastVersion: 0 });
});

test('a permission of a version is only in its own policy, and names it', async () => {
  await aws.create('open', program('a'));
  const FunctionName = 'open';
  await publish(FunctionName);
  await aws.client.send(
    new AddPermissionCommand({
      FunctionName,
      Qualifier: '1',
      StatementId: 'one',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  const { Policy = '' } = await aws.client.send(new GetPolicyCommand({ FunctionName, Qualifier: '1' }));
  expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Sid: 'one', Resource: `${ARN}:open:1` }] });
  await expect(aws.client.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const request = { service: 'apigateway.amazonaws.com', sourceArn: 'arn:aws:execute-api:us-east-1:0:a/*' };
  const allows = (arn: string) => aws.lambda.functions.allows(arn, request);
  expect([allows(`${ARN}:open:1`), allows(`${ARN}:open`)]).toEqual([true, false]);
});

test('PublishVersion refuses what is not the code, or not the revision, that the caller believes', async () => {
  await aws.create('checked', program('a'));
  const { CodeSha256 = '' } = await aws.client.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'checked' }),
  );
  expect(await refusal(publish('checked', { CodeSha256: 'other' }))).toEqual(
    invalid(
      `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    ),
  );
  expect(await refusal(publish('checked', { RevisionId: 'wrong' }))).toMatchObject({
    name: 'PreconditionFailedException',
    status: 412,
  });
});
