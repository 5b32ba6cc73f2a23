import { CreateRestApiCommand, DeleteRestApiCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from '@jest/globals';
import { whereAmI } from '../../src/aws/caller.js';
import { createClients, type Aws, type TimeOuts } from '../../src/aws/clients.js';
import { isLost } from '../../src/aws/errors.js';
import { explain } from '../../src/aws/origin.js';
import { fakeWaiting } from '../_helpers/fake-time.js';
import { serve, type ScriptedAnswer } from '../_helpers/scripted-server.js';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Clients of a server that gives these answers, the last one for ever. */
async function clientsOf(answers: readonly ScriptedAnswer[], timeOuts?: TimeOuts) {
  const waiting = fakeWaiting();
  const askedAt: number[] = [];
  const server = await serve(() => {
    askedAt.push(waiting.clock.now());
    return answers[askedAt.length - 1] ?? answers.at(-1) ?? 'hang';
  });
  const aws = createClients(
    {
      kind: 'aws',
      region: 'us-east-1',
      endpoint: server.endpoint,
      profile: undefined,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret' },
    },
    { waiting, onCall: () => undefined, timeOuts },
  );
  open.push(async () => {
    aws.close();
    await server[Symbol.asyncDispose]();
  });
  return { aws, waiting, askedAt, endpoint: server.endpoint };
}

const THROTTLED: ScriptedAnswer = {
  status: 429,
  headers: { 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '0' },
  body: { message: 'Too Many Requests' },
};
const UNAVAILABLE: ScriptedAnswer = { status: 503, body: { message: 'Service Unavailable' } };
const DONE: ScriptedAnswer = { status: 202 };
const wrongBy = (hours: number): ScriptedAnswer => ({
  status: 403,
  headers: {
    date: new Date(Date.now() + hours * 3_600_000).toUTCString(),
    'x-amzn-errortype': 'InvalidSignatureException',
  },
  body: { message: 'Signature expired: it is now another time.' },
});

const deleteApi = (aws: Aws) => aws.apiGateway.send(new DeleteRestApiCommand({ restApiId: 'a1b2c3d4e5' }));
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

test('an answer without end is read no further than any answer goes', async () => {
  const { aws } = await clientsOf([{ status: 200, body: Buffer.alloc(40_000_000, ' ') }]);

  expect(explain(await failureOf(whereAmI(aws, 'us-east-1')))).toMatchObject({
    message: expect.stringMatching(
      /^What answered sts:GetCallerIdentity at .* does not speak AWS’s protocol/,
    ),
    cause: expect.objectContaining({ message: expect.stringMatching(/the answer is longer than \d+ bytes/) }),
  });
});

describe('a throttled call', () => {
  test('is tried again, but never sooner than the period of its quota', async () => {
    const { aws, askedAt } = await clientsOf([THROTTLED, THROTTLED, DONE]);

    await deleteApi(aws);

    const [first = 0, second = 0, third = 0, ...more] = askedAt;
    expect(more).toEqual([]);
    expect(second - first).toBeGreaterThanOrEqual(30_000);
    expect(third - second).toBeGreaterThanOrEqual(30_000);
  });

  test('says which call waits, why and how long', async () => {
    const { aws, waiting } = await clientsOf([THROTTLED, DONE]);

    await deleteApi(aws);

    const seconds = Math.round((waiting.clock.slept[0] ?? 0) / 1000);
    expect(waiting.notes).toEqual([
      `DeleteRestApi: the account’s quota allows one in 30 s; trying again in ${seconds} s`,
    ]);
  });

  test('that is never let through ends with the budget, and the error names the call', async () => {
    const { aws } = await clientsOf([THROTTLED]);

    const error = explain(await failureOf(deleteApi(aws)));

    expect(error).toMatchObject({ code: 'timed-out', call: 'apigateway:DeleteRestApi' });
  });

  test('at the limit of what the account may have is not tried again', async () => {
    const { aws, askedAt } = await clientsOf([
      {
        status: 429,
        headers: { 'x-amzn-errortype': 'LimitExceededException' },
        body: { message: 'Maximum number of Rest APIs for this account has been reached.' },
      },
    ]);

    const error = explain(await failureOf(aws.apiGateway.send(new CreateRestApiCommand({ name: 'x' }))));

    expect({ code: error?.code, asked: askedAt.length }).toEqual({ code: 'quota', asked: 1 });
  });

  test('while too many tables change at once is tried again', async () => {
    const crowded: ScriptedAnswer = {
      status: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#LimitExceededException',
        message:
          'Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted simultaneously',
      },
    };
    const { aws, waiting } = await clientsOf([crowded, { status: 200, body: {} }]);

    await aws.dynamodb.send(new DeleteTableCommand({ TableName: 't' }));

    expect(waiting.notes).toEqual([
      expect.stringContaining('DeleteTable: the account’s quota allows no more of these calls at the moment'),
    ]);
  });

  test('of a function without free concurrency is not waited for', async () => {
    const { aws, askedAt } = await clientsOf([
      {
        status: 429,
        headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
        body: { message: 'Rate Exceeded.', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      },
    ]);

    const error = explain(await failureOf(aws.lambda.send(new InvokeCommand({ FunctionName: 'f' }))));

    expect(askedAt).toHaveLength(1);
    expect(error).toMatchObject({
      code: 'quota',
      message: 'The concurrency of the function is used up: Rate Exceeded.',
      hint: expect.stringContaining('`lab-setup status`'),
    });
  });
});

test('a call that met another writer waits for it, and says so', async () => {
  const conflict: ScriptedAnswer = {
    status: 409,
    headers: { 'x-amzn-errortype': 'ConflictException' },
    body: {
      message: 'Unable to complete operation due to concurrent modification. Please try again later.',
    },
  };
  const { aws, waiting } = await clientsOf([conflict, DONE]);

  await deleteApi(aws);

  expect(waiting.notes).toEqual([
    'DeleteRestApi: another change of the same thing is under way; trying again in a moment',
  ]);
});

describe('an answer that fails on the way', () => {
  const UNSUPPORTED: ScriptedAnswer = { status: 501, body: { message: 'Not implemented' } };
  const list = (aws: Aws) => aws.apiGateway.send(new GetRestApisCommand({}));

  test('is asked for again, and says so', async () => {
    const { aws, waiting } = await clientsOf([UNAVAILABLE, { status: 200, body: { item: [] } }]);

    await list(aws);

    expect(waiting.notes).toEqual(['GetRestApis: the answer was lost; trying again in a moment']);
  });

  test.each([
    ['ten times when the service fails', UNAVAILABLE, 10],
    ['ten times when the connection is cut', 'cut', 10],
    ['once when the service does not have the operation', UNSUPPORTED, 1],
  ] as const)('is asked for %s', async (_, answer, times) => {
    const { aws, askedAt } = await clientsOf([answer]);

    await failureOf(list(aws));

    expect(askedAt).toHaveLength(times);
  });

  test.each([
    ['', [{ status: 201, body: { id: 'a1b2c3d4e5' } }]],
    [', and not again where it goes on telling so', [wrongBy(2), wrongBy(3)]],
  ])('is asked for with the right time, once the server told that the clock is wrong%s', async (_, then) => {
    const { aws, waiting, askedAt } = await clientsOf([wrongBy(1), ...then]);

    await failureOf(aws.apiGatewayOnce.send(new CreateRestApiCommand({ name: 'x' })));

    expect(askedAt).toHaveLength(2);
    expect(waiting.notes).toEqual([
      'CreateRestApi: refused for the time of this machine, which is wrong; trying again in a moment',
    ]);
  });

  test('is not asked for again where that would make a second thing', async () => {
    const { aws, askedAt } = await clientsOf([UNAVAILABLE]);

    await failureOf(aws.apiGatewayOnce.send(new CreateRestApiCommand({ name: 'x' })));

    expect(askedAt).toHaveLength(1);
  });
});

describe('a server that is not AWS', () => {
  const PAGE = Buffer.from('<html><body>Welcome</body></html>');
  const html = { 'content-type': 'text/html' };

  test.each([
    ['a page with an error', { status: 404, headers: html, body: PAGE }],
    ['a page that is no XML', { status: 200, headers: html, body: Buffer.from('<p>Welcome<br></p>') }],
    ['another protocol', { status: 500, body: { message: 'Not this one' } }],
  ])('is told by its answer: %s', async (_, answer) => {
    const { aws, endpoint } = await clientsOf([answer]);

    expect(explain(await failureOf(whereAmI(aws, 'us-east-1')))).toMatchObject({
      code: 'failed',
      message: `What answered sts:GetCallerIdentity at ${endpoint} does not speak AWS’s protocol (HTTP ${answer.status}).`,
      hint: expect.stringContaining('--endpoint-url'),
    });
  });

  test('is told by an account that it does not name', async () => {
    const { aws } = await clientsOf([{ status: 200, headers: html, body: PAGE }]);

    expect(await failureOf(whereAmI(aws, 'us-east-1'))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('no AWS-compatible server'),
    });
  });
});

describe('a server that never answers', () => {
  const briefly: TimeOuts = { connectMs: 1_000, answerMs: 30 };
  const create = (aws: Aws) => aws.apiGatewayOnce.send(new CreateRestApiCommand({ name: 'x' }));

  test('is asked three times', async () => {
    const { aws, askedAt } = await clientsOf(['hang'], briefly);

    await failureOf(deleteApi(aws));

    expect(askedAt).toHaveLength(3);
  });

  test('is given up', async () => {
    const { aws, endpoint } = await clientsOf(['hang'], briefly);

    const error = explain(await failureOf(create(aws)));

    expect(error).toMatchObject({
      code: 'unreachable',
      message: `${endpoint} did not answer apigateway:CreateRestApi in time.`,
      hint: expect.stringContaining('run the same command again'),
    });
  });

  test('may have acted: its answer counts as lost', async () => {
    const { aws } = await clientsOf(['hang'], briefly);

    expect(isLost(await failureOf(create(aws)))).toBe(true);
  });
});
