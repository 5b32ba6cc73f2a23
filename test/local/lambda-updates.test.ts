import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Clock } from '../../src/local/clock.js';
import { refusal, startTestLambda, UNTRUSTED_ROLE, type TestLambda } from '../_helpers/lambda.js';
import { zipOf } from '../_helpers/zip.js';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const answering = (value: string): string => `exports.handler = async () => '${value}';`;
const zip = (value: string): Buffer => zipOf({ 'index.js': answering(value) });

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
});
afterAll(() => aws.stop());

const read = (FunctionName: string) => aws.client.send(new GetFunctionConfigurationCommand({ FunctionName }));
const updateCode = (FunctionName: string, changes: object) =>
  aws.client.send(new UpdateFunctionCodeCommand({ FunctionName, ...changes }));
const configure = (FunctionName: string, changes: object) =>
  aws.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...changes }));

describe('UpdateFunctionCode', () => {
  test('goes through InProgress to Successful, with a new revision each time', async () => {
    await aws.create('states', answering('old'));
    const before = await read('states');
    const during = await updateCode('states', { ZipFile: zip('new') });
    const after = await read('states');
    expect(during).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    });
    expect(after.LastUpdateStatus).toBe('Successful');
    expect(after).not.toHaveProperty('LastUpdateStatusReason');
    expect(new Set([before, during, after].map(({ RevisionId }) => RevisionId)).size).toBe(3);
    expect(after.CodeSha256).not.toBe(before.CodeSha256);
  });

  test('is what the next invocation runs', async () => {
    await aws.create('runs', answering('old'));
    await aws.invoke('runs');
    await updateCode('runs', { ZipFile: zip('new') });
    expect((await aws.invoke('runs')).result).toBe('new');
  });

  test('with DryRun shows what would be, and changes nothing', async () => {
    await aws.create('dry', answering('old'));
    const before = await read('dry');
    const shown = await updateCode('dry', { ZipFile: zip('new'), DryRun: true });
    expect(shown.CodeSha256).not.toBe(before.CodeSha256);
    expect(await read('dry')).toMatchObject({
      CodeSha256: before.CodeSha256,
      RevisionId: before.RevisionId,
    });
  });

  test('refuses to be without code', async () => {
    await aws.create('nothing', answering('old'));
    expect(await refusal(updateCode('nothing', {}))).toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});

describe('UpdateFunctionConfiguration', () => {
  test('changes what is given, and keeps the rest', async () => {
    await aws.create('partly', answering('x'), {
      Timeout: 7,
      Environment: { Variables: { AA: '1', BB: '2' } },
    });
    await configure('partly', { MemorySize: 512, Environment: { Variables: { CC: '3' } } });
    expect(await read('partly')).toMatchObject({
      MemorySize: 512,
      Timeout: 7,
      Handler: 'index.handler',
      Environment: { Variables: { CC: '3' } },
    });
    expect((await read('partly')).Environment?.Variables).toEqual({ CC: '3' });
  });

  test('reaches the next invocation', async () => {
    await aws.create('reaches', 'exports.handler = async () => process.env.STAGE;');
    expect((await aws.invoke('reaches')).result).toBeNull();
    await configure('reaches', { Environment: { Variables: { STAGE: 'blue' } } });
    expect((await aws.invoke('reaches')).result).toBe('blue');
  });

  test('is an update even when nothing changes', async () => {
    await aws.create('same', answering('x'));
    const { RevisionId, Timeout } = await read('same');
    const updated = await configure('same', { Timeout });
    expect(updated.LastUpdateStatus).toBe('InProgress');
    expect(updated.RevisionId).not.toBe(RevisionId);
  });

  test('refuses a role that Lambda may not assume', async () => {
    await aws.create('role', answering('x'));
    expect(await refusal(configure('role', { Role: UNTRUSTED_ROLE }))).toMatchObject({
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
  });
});

describe('with times like AWS', () => {
  const time = { at: Date.UTC(2026, 0, 1) };
  const clock: Clock = { now: () => time.at };
  let slow: TestLambda;
  beforeAll(async () => {
    // The SDK's own clock signs with the real time, so that the server's must be near it.
    time.at = Date.now();
    slow = await startTestLambda({ clock, delays: { createFunction: 5000, updateFunction: 2000 } });
  });
  afterAll(() => slow.stop());

  const send = (changes: object) =>
    slow.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'slow', ...changes }));

  test('a function is Pending, then Active; an update leaves the old one serving until it is done', async () => {
    await slow.create('slow', 'exports.handler = async () => process.env.STAGE;', {
      Environment: { Variables: { STAGE: 'old' } },
    });
    expect(await refusal(slow.client.send(new InvokeCommand({ FunctionName: 'slow' })))).toMatchObject({
      status: 409,
      message:
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    });
    expect(await refusal(send({ Timeout: 5 }))).toMatchObject({
      message: `The operation cannot be performed at this time. The resource ${ARN}:slow is currently in the following state: 'Pending'. StateReasonCode: 'Creating'`,
    });

    time.at += 5000;
    await send({ Environment: { Variables: { STAGE: 'new' } } });
    expect((await slow.invoke('slow')).result).toBe('old');
    expect(await refusal(send({ Timeout: 5 }))).toEqual({
      status: 409,
      name: 'ResourceConflictException',
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${ARN}:slow`,
    });

    time.at += 2000;
    expect((await slow.invoke('slow')).result).toBe('new');
  });
});
