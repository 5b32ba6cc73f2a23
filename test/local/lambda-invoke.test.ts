import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InvokeCommand, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { refusal, startTestLambda, type TestLambda } from '../_helpers/lambda.js';

let aws: TestLambda;
beforeAll(async () => {
  aws = await startTestLambda();
  await aws.create(
    'echo',
    'exports.handler = async (event) => { console.log("got", event); return event; };',
  );
});
afterAll(() => aws.stop());

const invoke = (input: Partial<InvokeCommandInput> = {}) =>
  aws.client.send(new InvokeCommand({ FunctionName: 'echo', ...input }));
const text = (payload: Uint8Array | undefined): string => Buffer.from(payload ?? []).toString();

describe('a request with a response', () => {
  test('answers 200 with the result, the version, and no log unless asked', async () => {
    const answer = await invoke({ Payload: '{"a":[1,"ü"]}' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(text(answer.Payload)).toBe('{"a":[1,"ü"]}');
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.LogResult).toBeUndefined();
  });

  test('takes no payload for an empty object', async () => {
    expect(text((await invoke()).Payload)).toBe('{}');
  });

  test('takes each kind of JSON', async () => {
    for (const each of ['null', '0', '"x"', '[]', ' {"a" : 1} ']) {
      expect(JSON.parse(text((await invoke({ Payload: each })).Payload))).toEqual(JSON.parse(each));
    }
  });

  test('has one id in its header, its context and its log, and the ARN as it was invoked', async () => {
    await aws.create(
      'id',
      'exports.handler = async (_event, context) => [context.awsRequestId, context.invokedFunctionArn];',
    );
    const {
      $metadata,
      Payload,
      LogResult = '',
    } = await invoke({
      FunctionName: 'id:$LATEST',
      LogType: 'Tail',
    });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:id:$LATEST';
    expect(JSON.parse(text(Payload))).toEqual([$metadata.requestId, arn]);
    expect(Buffer.from(LogResult, 'base64').toString()).toContain(`REPORT RequestId: ${$metadata.requestId}`);
  });

  test('carries a payload of six megabytes in and out', async () => {
    const Payload = JSON.stringify('x'.repeat(6_291_456 - 2));
    await aws.create('length', 'exports.handler = async (event) => event + "y".repeat(90);');
    const answer = await invoke({ FunctionName: 'length', Payload });
    expect(text(answer.Payload).length).toBe(6_291_456 + 90);
  });

  test('gives the last 4 KB of a longer log', async () => {
    await aws.create(
      'chatty',
      'exports.handler = async () => { for (let i = 0; i < 500; i++) console.log(i); };',
    );
    const { LogResult = '' } = await invoke({ FunctionName: 'chatty', LogType: 'Tail' });
    const log = Buffer.from(LogResult, 'base64');
    expect(log.length).toBe(4096);
    expect(log.toString()).toMatch(/\t499\nEND RequestId: .*\nREPORT .*\n$/);
  });
});

describe('a request that is refused', () => {
  test.each<[string, Partial<InvokeCommandInput>, number, string, string]>([
    [
      'what is not JSON',
      { Payload: 'nonsense' },
      400,
      'InvalidRequestContentException',
      "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    [
      'JSON that ends early',
      { Payload: '{"a":' },
      400,
      'InvalidRequestContentException',
      'Could not parse request body into json: ',
    ],
    [
      'a payload that is too large',
      { Payload: JSON.stringify('x'.repeat(6_291_456)) },
      413,
      'RequestTooLargeException',
      '6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
    ],
    [
      'an event that is too large',
      { InvocationType: 'Event', Payload: JSON.stringify('x'.repeat(1_048_576)) },
      413,
      'RequestTooLargeException',
      '1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    ],
    [
      'an unknown type',
      { InvocationType: 'Later' as 'Event' },
      400,
      'ValidationException',
      "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    ],
    [
      'a client context that is none',
      { ClientContext: 'bm9uc2Vuc2U=' },
      400,
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    ],
    [
      'another version',
      { Qualifier: '3' },
      404,
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:echo:3',
    ],
  ])('for %s', async (_what, input, status, name, message) => {
    const refused = await refusal(invoke(input));
    expect(refused).toMatchObject({ status, name });
    expect(refused.message.startsWith(message)).toBe(true);
  });

  test('when the role can no longer be assumed', async () => {
    await aws.create('orphan', 'exports.handler = async () => 1;');
    aws.trust(false);
    const refused = await refusal(invoke({ FunctionName: 'orphan' }));
    aws.trust(true);
    expect(refused).toEqual({
      status: 403,
      name: 'AccessDeniedException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    expect((await aws.invoke('orphan')).result).toBe(1);
  });
});

describe('other types', () => {
  test('an Event is answered 202 at once and runs by itself', async () => {
    await aws.create('later', 'exports.handler = async (event) => console.log("ran", event.n);');
    const answer = await invoke({ FunctionName: 'later', InvocationType: 'Event', Payload: '{"n":7}' });
    expect(answer.StatusCode).toBe(202);
    expect(text(answer.Payload)).toBe('');
    // The next invocation waits for the one process behind it.
    await aws.invoke('later', { n: 8 });
    expect(await aws.logged('later')).toMatch(/ran 7[^]*ran 8/);
  });

  test('a DryRun is answered 204 and runs nothing', async () => {
    await aws.create('never', 'exports.handler = async () => 1;');
    expect((await invoke({ FunctionName: 'never', InvocationType: 'DryRun' })).StatusCode).toBe(204);
    expect(await aws.logged('never')).toBe('');
  });

  test('a runtime that is not Node.js is made, and says at the invocation that it does not run here', async () => {
    await aws.create('snake', 'x', { Runtime: 'python3.14' });
    const { error, result } = await aws.invoke('snake');
    expect(error).toBe('Unhandled');
    expect(result).toEqual({
      errorType: 'Runtime.Unsupported',
      errorMessage: expect.stringContaining(
        'The local AWS runs functions with a Node.js runtime or a custom one (provided), and this one has python3.14.',
      ),
    });
  });
});

describe('the port for the other services', () => {
  test('invokes by ARN, and gives payload, log and id', async () => {
    const result = await aws.lambda.functions.invoke({
      functionName: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      payload: Buffer.from('{"a":1}'),
    });
    expect(result.payload.toString()).toBe('{"a":1}');
    expect(result).not.toHaveProperty('functionError');
    expect(result.log).toContain(`START RequestId: ${result.requestId}`);
  });

  test('rejects as Invoke does', async () => {
    const call = aws.lambda.functions.invoke({ functionName: 'nobody', payload: Buffer.from('{}') });
    await expect(call).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
  });
});
