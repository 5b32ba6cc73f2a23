import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  createTestApi,
  LAMBDA_PROXY,
  MOCK_200,
  startTestGateway,
  type TestGateway,
} from '../_helpers/gateway.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { sendRaw, statusesOf } from '../_helpers/raw-http.js';

/** The same requests every time: what fails once fails again. */
const RUNS = { seed: 20_261_122, numRuns: 120 };

let aws: TestAws;
let gateway: TestGateway;
/** Where a deployed API of the gateway is. */
let deployed: string;

beforeAll(async () => {
  aws = await startTestAws();
  gateway = await startTestGateway();
  const api = await createTestApi(gateway);
  await api.method({
    path: '/mock/{id}',
    httpMethod: 'ANY',
    integration: { ...MOCK_200, passthroughBehavior: 'NEVER' },
    responses: {
      200: { responseTemplates: { 'application/json': '$input.params() $input.params("id") $context.path' } },
    },
  });
  await api.method({
    path: '/json',
    httpMethod: 'ANY',
    integration: {
      type: 'MOCK',
      passthroughBehavior: 'NEVER',
      requestTemplates: { 'application/json': '{"statusCode": 200}#set($x = $input.json("$.a"))' },
    },
  });
  gateway.functions.reply = () => ({ payload: Buffer.from('{}') });
  await api.method({ path: '/{proxy+}', httpMethod: 'ANY', integration: LAMBDA_PROXY, responses: {} });
  await api.deploy();
  deployed = new URL(api.url('')).pathname;
});

afterAll(async () => {
  await gateway.stop();
  await aws.stop();
});

const word = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 10, arbitrary: fc.stringMatching(/^[a-z0-9%+./&=?{}[\]$#_-]{0,20}$/) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      '%00',
      '%ff',
      '%',
      '..',
      '//',
      '*',
      'null',
      '9'.repeat(40),
    ),
  },
);

const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'G@T',
  '',
);

const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'Authorization',
      'X-Amz-Target',
      'X-Amz-Date',
      'X-Amz-Security-Token',
      'Content-Type',
      'Accept',
    ),
    fc.constantFrom(
      'X-Api-Key',
      'Content-Length',
      'Transfer-Encoding',
      'Expect',
      'Connection',
      'Cookie',
      'Host',
    ),
    word,
  ),
  fc.oneof(
    fc.constantFrom(
      'chunked',
      'DynamoDB_20120810.ListTables',
      'Logs_20140328.X',
      '0',
      '7',
      'application/json',
    ),
    fc.constantFrom(
      'AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
      `AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host;constructor, Signature=${'0'.repeat(64)}`,
    ),
    word,
  ),
);

const body = fc.oneof(
  word,
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('Action=ListRoles&Version=2010-05-08', '{"a":', '{"__proto__":{"a":1}}', '['.repeat(5000)),
);

/** A request to one of these places, in any state. */
const request = (prefixes: readonly string[], host: string) =>
  fc
    .record({
      method,
      path: fc.tuple(fc.constantFrom(...prefixes), word).map((parts) => parts.join('')),
      headers: fc.array(header, { maxLength: 4 }),
      body,
      isMeasured: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
    })
    .map((parts) => {
      const length = parts.isMeasured ? `Content-Length: ${Buffer.byteLength(parts.body)}\r\n` : '';
      const headers = parts.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return `${parts.method} ${parts.path} HTTP/1.1\r\nHost: ${host}\r\n${length}${headers}\r\n${parts.body}`;
    });

/** A stack trace, or the place of a source. */
const INSIDES = /\n\s+at |node:internal|\.[jt]s:\d+|Internal failure/;

async function expectRefused(endpoint: string, bytes: string): Promise<void> {
  const answers = await sendRaw(endpoint, bytes);

  expect(statusesOf(answers).filter((status) => status >= 500)).toEqual([]);
  expect(answers).not.toMatch(INSIDES);
}

test('whatever is said to the control plane, the fault is the caller’s', async () => {
  const { host } = new URL(aws.endpoint);
  const places = [
    '/',
    '/restapis',
    '/2015-03-31/functions/',
    '/_lab-setup/health?nonce=',
    '/snapshots/',
    '*',
    'http://x/',
  ];

  await fc.assert(
    fc.asyncProperty(request(places, host), (bytes) => expectRefused(aws.endpoint, bytes)),
    RUNS,
  );
  expect((await fetch(`${aws.endpoint}/_lab-setup/health`)).status).toBe(200);
});

test('whatever is said to a deployed API, the fault is the caller’s', async () => {
  const { host } = new URL(gateway.endpoint);
  const places = ['/mock/', '/mock/x?', '/json', '/json?', '/', '/any/'].map((path) => deployed + path);

  await fc.assert(
    fc.asyncProperty(request(places, host), (bytes) => expectRefused(gateway.endpoint, bytes)),
    RUNS,
  );
  expect((await fetch(`${gateway.endpoint}${deployed}/any`)).status).toBe(200);
});
