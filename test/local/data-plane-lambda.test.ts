import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { BUGS } from '../../src/local/errors.js';
import { TRACE } from '../_helpers/data-plane.js';
import {
  CALLER_ROLE,
  createTestApi,
  FUNCTION_ARN,
  LAMBDA,
  LAMBDA_PROXY,
  post,
  POWERLESS_ROLE,
  startTestGateway,
  type TestApi,
  type TestGateway,
  UNTRUSTING_ROLE,
} from '../_helpers/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

beforeEach(() => {
  gateway.functions.invocations.length = 0;
  gateway.functions.accepted.length = 0;
  gateway.functions.permissions.length = 0;
  gateway.functions.isAllowed = true;
  gateway.functions.reply = ({ payload }) => ({ payload });
});

/** What the function's error looks like to API Gateway. */
const failure = (errorMessage: string) => ({
  payload: Buffer.from(JSON.stringify({ errorType: 'Error', errorMessage, trace: [] })),
  functionError: 'Unhandled',
});

describe('a Lambda integration with credentials', () => {
  const call = async (credentials: string): Promise<Response> => {
    const api = await createTestApi(gateway);
    await api.method({ path: '/items', integration: { ...LAMBDA, credentials } });
    await api.deploy();
    return post(api.url('/items'), '{}');
  };

  test("calls as that role, without leave of the function's own policy", async () => {
    gateway.functions.isAllowed = false;

    expect((await call(CALLER_ROLE)).status).toBe(200);
  });

  test.each([
    ['does not exist', CALLER_ROLE + '2'],
    ['does not trust API Gateway', UNTRUSTING_ROLE],
    ['may not call the function', POWERLESS_ROLE],
  ])('answers 500 when the role %s', async (_why, credentials) => {
    const response = await call(credentials);

    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message": "Internal server error"}');
    expect(gateway.functions.invocations).toHaveLength(0);
  });
});

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const ProxyEvent = v.object({ headers: v.object({ 'X-Amzn-Trace-Id': v.string() }) });
const FULL_TRACE = `${ROOT};Parent=7fa8c0f79203be72;Sampled=1`;

describe('a Lambda integration', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({ path: '/items', integration: LAMBDA });
    await api.deploy();
  });

  test.each([
    ['goes on with the trace that the caller began', ROOT, `${ROOT};Parent=`],
    ['keeps the caller’s parent and sampling', FULL_TRACE, `${FULL_TRACE};Lineage=`],
  ])('%s', async (_, sent, told) => {
    const { headers } = await post(api.url('/items'), '{}', { 'x-amzn-trace-id': sent });

    expect(headers.get('x-amzn-trace-id')).toContain(told);
  });

  test('is told the same trace as the client', async () => {
    await api.method({ path: '/proxy', integration: LAMBDA_PROXY });
    await api.deploy();
    gateway.functions.reply = ({ payload }) => ({
      payload: Buffer.from(JSON.stringify({ body: payload.toString() })),
    });

    const response = await post(api.url('/proxy'), '{}');

    const { headers } = v.parse(ProxyEvent, await response.json());
    expect(response.headers.get('x-amzn-trace-id')).toMatch(TRACE);
    expect(response.headers.get('x-amzn-trace-id')).toContain(`${headers['X-Amzn-Trace-Id']};Parent=`);
  });

  test('gives a mapping the headers of Lambda’s answer, of which else none reaches the client', async () => {
    const names = ['Content-Type', 'X-Amz-Function-Error', 'x-amzn-RequestId'];
    const responseParameters = Object.fromEntries(
      names.map((name) => [`method.response.header.X-${name}`, `integration.response.header.${name}`]),
    );
    await api.method({ path: '/mapped', integration: LAMBDA, responses: { 200: { responseParameters } } });
    await api.deploy();
    gateway.functions.reply = () => ({ ...failure('no'), requestId: 'of-lambda' });

    const [{ headers }, plain] = [await post(api.url('/mapped'), '{}'), await post(api.url('/items'), '{}')];

    expect(names.map((name) => headers.get(`X-${name}`))).toEqual([
      'application/json',
      'Unhandled',
      'of-lambda',
    ]);
    expect(plain.headers.get('x-amz-function-error')).toBeNull();
  });

  test('asks for permission with this method as the source', async () => {
    await post(api.url('/items'), '{}');

    expect(gateway.functions.permissions).toEqual([
      {
        functionArn: FUNCTION_ARN,
        sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.restApiId}/test/POST/items`,
      },
    ]);
  });
});

describe('a Lambda integration that only hands its events over', () => {
  const EVENT = {
    ...LAMBDA,
    requestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
  };
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({ path: '/later', integration: EVENT });
    await api.deploy();
  });

  test('does not wait for the function', async () => {
    const response = await post(api.url('/later'), '{"a":1}');

    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(gateway.functions.accepted.map(({ payload }) => payload.toString())).toEqual(['{"a":1}']);
    expect(gateway.functions.invocations).toEqual([]);
  });

  test('needs permission all the same', async () => {
    gateway.functions.isAllowed = false;

    expect((await post(api.url('/later'), '{}')).status).toBe(500);
    expect(gateway.functions.accepted).toEqual([]);
  });
});

describe('selection patterns', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({
      path: '/lab',
      integration: LAMBDA,
      responses: {
        200: {},
        400: {
          selectionPattern: 'BadRequest: (\\n|.)*',
          responseTemplates: {
            'application/json':
              '#set($m = $input.path(\'$.errorMessage\'))#set($cut = $m.length()){"message": "$util.escapeJavaScript($m.substring(12, $cut))"}',
          },
        },
        500: { selectionPattern: '(?!BadRequest: )(\\n|.)+' },
      },
    });
    await api.method({
      path: '/evil',
      integration: LAMBDA,
      responses: { 200: {}, 400: { selectionPattern: '(a+)+b' } },
    });
    await api.deploy();
  });

  test.each([
    ['BadRequest: no such table', 400, '{"message": "no such table"}'],
    ['BadRequest: two\nlines', 400, '{"message": "two\\nlines"}'],
    ['boom\nat line 2', 500, undefined],
  ])('of the lab tell %j', async (errorMessage, status, text) => {
    gateway.functions.reply = () => failure(errorMessage);

    const response = await post(api.url('/lab'), '{}');

    expect(response.status).toBe(status);
    if (text !== undefined) expect(await response.text()).toBe(text);
  });

  test('answer 500 when a pattern would take for ever', async () => {
    gateway.functions.reply = () => failure('a'.repeat(60));

    expect((await post(api.url('/evil'), '{}')).status).toBe(500);
  });

  test('cope with an error message of megabytes', async () => {
    gateway.functions.reply = () => failure(`BadRequest: ${'x\n'.repeat(1_000_000)}`);

    expect((await post(api.url('/lab'), '{}')).status).toBe(400);
  });
});

test('a bug behind an answer 500 is told', async () => {
  const bug = new TypeError('a slip of ours');
  const told: unknown[] = [];
  const listen = (error: unknown): void => void told.push(error);
  const api = await createTestApi(gateway);
  await api.method({ path: '/items', integration: LAMBDA });
  await api.deploy();
  gateway.functions.reply = () => Promise.reject(bug);
  subscribe(BUGS, listen);

  const response = await post(api.url('/items'), '{}');

  unsubscribe(BUGS, listen);
  expect([response.status, told]).toEqual([500, [bug]]);
});
