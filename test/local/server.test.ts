import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Level } from 'level';
import { BUGS } from '../../src/local/errors.js';
import { healthQuery, provedHealth } from '../../src/local/health.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';
import { sign } from '../_helpers/sign.js';

let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Sends what fetch would not: a Host of the test's choice, a Content-Length without a body. */
async function send(options: {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}): Promise<Answer> {
  const { hostname, port } = new URL(aws.endpoint);
  const { method = 'GET', path, headers = {}, body } = options;
  const request = httpRequest({ hostname, port, method, path, headers, agent: false });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      void text(response).then((content) => resolve({ status: response.statusCode, body: content }));
    });
  });
  if (body === undefined && headers['content-length'] !== undefined) request.flushHeaders();
  else request.end(body);
  const answer = await answered;
  request.destroy();
  return answer;
}

const signed = (service: string, request: { method: string; path: string; body: string }): Answer['body'] =>
  sign(
    { ...request, query: '', body: Buffer.from(request.body), host: new URL(aws.endpoint).host },
    { ...TEST_CREDENTIALS, region: aws.region, service, at: Date.now() },
  ).headers['authorization'] ?? '';

describe('what only a web page would send is refused', () => {
  const PATHS = [
    ['a deployed API', '/restapis/a1b2c3d4e5/Prod/_user_request_/pets'],
    ['a deployed API by the other path', '/_aws/execute-api/a1b2c3d4e5/Prod/pets'],
    ['a link to code', `/snapshots/000000000000/f-${'0'.repeat(64)}?X-Amz-Signature=00`],
    ['the health check', '/_lab-setup/health'],
    ['the control plane', '/restapis'],
  ] as const;
  const refused: Answer = { status: 403, body: expect.stringContaining('Refused by the local AWS') as never };

  test.each(PATHS)('by %s from a foreign Host', async (_what, path) => {
    expect(await send({ path, headers: { host: 'evil.example' } })).toEqual(refused);
  });

  test.each(PATHS)('by %s from an Origin', async (_what, path) => {
    expect(await send({ path, headers: { origin: 'http://evil.example' } })).toEqual(refused);
  });
});

describe('the health check', () => {
  const secret = TEST_CREDENTIALS.secretAccessKey;
  const nonce = '0123456789abcdef0123456789abcdef';
  const ask = async (): Promise<{ answer: unknown; port: number }> => {
    const { body } = await send({ path: `/_lab-setup/health?nonce=${nonce}` });
    return { answer: JSON.parse(body) as unknown, port: Number(new URL(aws.endpoint).port) };
  };

  test('proves who answers', async () => {
    const { answer, port } = await ask();

    expect(provedHealth(answer, { secret, port, nonce })).toMatchObject({
      pid: process.pid,
      version: 'test',
    });
  });

  test.each([
    ['another nonce', { nonce: 'f'.repeat(32) }],
    ['another port', { port: 1 }],
    ['another installation', { secret: 'guessed' }],
  ])('proves nothing for %s', async (_what, difference) => {
    const { answer, port } = await ask();

    expect(provedHealth(answer, { secret, port, nonce, ...difference })).toBeUndefined();
  });

  test('proves nothing when the answer was changed', async () => {
    const { answer, port } = await ask();

    expect(provedHealth({ ...Object(answer), pid: 1 }, { secret, port, nonce })).toBeUndefined();
  });

  test('says what is inside to nobody but one who knows the secret', async () => {
    const port = Number(new URL(aws.endpoint).port);
    const insideFor = async (terms: { secret: string; port: number }): Promise<unknown> => {
      const { nonce: asked, proof } = healthQuery(terms);
      const { body } = await send({ path: `/_lab-setup/health?nonce=${asked}&proof=${proof}` });
      return provedHealth(JSON.parse(body), { secret, port, nonce: asked })?.contents;
    };

    expect(await insideFor({ secret, port })).toMatchObject({ roles: 0, functions: 0, restApis: 0 });
    expect(await insideFor({ secret: 'guessed', port })).toBeUndefined();
    expect(await insideFor({ secret, port: 1 })).toBeUndefined();
  });

  test.each(['', '?nonce=', '?nonce=short', '?nonce=__proto__'])(
    'proves nothing without a nonce: %s',
    async (query) => {
      const { body } = await send({ path: `/_lab-setup/health${query}` });

      expect(body).not.toContain('proof');
    },
  );
});

test.each(['constructor=1', 'toString=1&toString=2', '__proto__=1'])(
  'a query may name what objects inherit: %s',
  async (query) => {
    const path = '/restapis';
    const { headers } = sign(
      { method: 'GET', path, query, body: Buffer.from(''), host: new URL(aws.endpoint).host },
      { ...TEST_CREDENTIALS, region: aws.region, service: 'apigateway', at: Date.now() },
    );

    expect((await send({ path: `${path}?${query}`, headers: { ...headers } })).status).toBe(200);
  },
);

describe('a body that is too large', () => {
  const CLAIMS = [
    ['iam', 1_048_577, '<Code>RequestEntityTooLargeException</Code>'],
    ['logs', 8_388_609, '"__type":"RequestEntityTooLargeException"'],
    ['dynamodb', 16_777_217, 'RequestEntityTooLargeException'],
    ['apigateway', 10_485_761, 'Request must be smaller than 10485760 bytes'],
    ['lambda', 70_167_212, 'Request must be smaller than 70167211 bytes for the CreateFunction operation'],
  ] as const;

  test.each(CLAIMS)('is refused by %s before it is sent', async (service, bytes, words) => {
    const request = { method: 'POST', path: service === 'lambda' ? '/2015-03-31/functions' : '/', body: '' };
    const headers = { authorization: signed(service, request), 'content-length': String(bytes) };

    expect(await send({ ...request, headers })).toEqual({
      status: 413,
      body: expect.stringContaining(words),
    });
  });

  test('of an undeclared length is refused when it becomes so', async () => {
    const request = { method: 'POST', path: '/', body: '' };
    const headers = { authorization: signed('iam', request), 'transfer-encoding': 'chunked' };

    const answer = await send({ ...request, headers, body: Buffer.alloc(2_000_000, 'a') });

    expect(answer).toEqual({ status: 413, body: expect.stringContaining('<Code>RequestEntityTooLarge') });
  });
});

test('a caller who leaves in the middle of a body is no bug', async () => {
  const told: unknown[] = [];
  const listen = (error: unknown): void => void told.push(error);
  const { hostname, port } = new URL(aws.endpoint);
  const headers = { 'content-length': '10', expect: '100-continue' };
  const request = httpRequest({ hostname, port, method: 'POST', path: '/', headers, agent: false });
  subscribe(BUGS, listen);

  request.flushHeaders();
  await once(request, 'continue');
  request.on('error', () => undefined).destroy();
  await send({ path: '/_lab-setup/health' });

  unsubscribe(BUGS, listen);
  expect(told).toEqual([]);
});

describe('when the disk refuses', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('the caller hears it in his protocol, and may try again', async () => {
    jest.spyOn(Level.prototype, 'batch').mockImplementationOnce(() => {
      throw new Error('No space left on device');
    });
    const policy = encodeURIComponent(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    );
    const request = {
      method: 'POST',
      path: '/',
      body: `Action=CreatePolicy&Version=2010-05-08&PolicyName=once&PolicyDocument=${policy}`,
    };
    const create = async (): Promise<Answer> => {
      const { headers } = sign(
        { ...request, query: '', body: Buffer.from(request.body), host: new URL(aws.endpoint).host },
        { ...TEST_CREDENTIALS, region: aws.region, service: 'iam', at: Date.now() },
      );
      return send({ ...request, headers });
    };

    const first = await create();
    const second = await create();

    expect(first).toEqual({
      status: 500,
      body: expect.stringMatching(/<Code>ServiceFailure.*is the disk full/),
    });
    expect(second.status).toBe(200);
  });
});
