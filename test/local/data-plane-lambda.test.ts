import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/local/errors.js';
import {
  CALLER_ROLE,
  createTestApi,
  FUNCTION_ARN,
  LAMBDA,
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
    expect(await response.text()).toBe('{"message":"Internal server error"}');
    expect(gateway.functions.invocations).toHaveLength(0);
  });
});

describe('a Lambda integration without template', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({ path: '/items', integration: LAMBDA });
    await api.deploy();
  });

  test('hands the body on byte for byte', async () => {
    const body = '{ "n": 12345678901234567890.10,\n "s": "é" }';

    const response = await post(api.url('/items'), body);

    expect(await response.text()).toBe(body);
    expect(gateway.functions.invocations[0]?.payload.toString()).toBe(body);
  });

  test('makes an empty body the event {}', async () => {
    await post(api.url('/items'), '');

    expect(gateway.functions.invocations[0]?.payload.toString()).toBe('{}');
  });

  test('answers with the headers of AWS', async () => {
    const { status, headers } = await post(api.url('/items'), '{}');

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(headers.get('x-amz-apigw-id')).toMatch(/^[\w-]{15}=$/);
    expect(headers.get('x-amzn-trace-id')).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(headers.get('x-amzn-errortype')).toBeNull();
  });

  test('goes on with the trace that the caller began', async () => {
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';

    const { headers } = await post(api.url('/items'), '{}', { 'x-amzn-trace-id': root });

    expect(headers.get('x-amzn-trace-id')).toBe(root);
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

  test('answers 500 without permission, and does not call the function', async () => {
    gateway.functions.isAllowed = false;

    const response = await post(api.url('/items'), '{}');

    expect(response.status).toBe(500);
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
    expect(response.headers.get('x-amzn-trace-id')).toBeNull();
    expect(await response.text()).toBe('{"message":"Internal server error"}');
    expect(gateway.functions.invocations).toHaveLength(0);
  });

  test('answers 200 with the error object when only the default response exists', async () => {
    gateway.functions.reply = () => failure('boom');

    const response = await post(api.url('/items'), '{}');

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ errorType: 'Error', errorMessage: 'boom', trace: [] });
  });

  test.each([
    [
      'a body that is not JSON',
      'InvalidRequestContentException',
      400,
      'Could not parse request body into json',
      400,
    ],
    ['a throttled function', 'TooManyRequestsException', 429, 'Rate Exceeded.', 500],
    ['a function that is gone', 'ResourceNotFoundException', 404, 'Function not found', 500],
  ])('answers %s as AWS does', async (_, code, status, message, expected) => {
    gateway.functions.reply = () => Promise.reject(new AwsError({ code, status, message }));

    const response = await post(api.url('/items'), 'nonsense');

    expect(response.status).toBe(expected);
    expect(await response.json()).toEqual({ message: expected === 400 ? message : 'Internal server error' });
  });

  test('answers 413 to more than 10 MB', async () => {
    const response = await post(api.url('/items'), ' '.repeat(10 * 1024 * 1024 + 1));

    expect(response.status).toBe(413);
    expect(response.headers.get('x-amzn-errortype')).toBe('RequestTooLargeException');
    expect(await response.json()).toEqual({ message: 'Request Too Long' });
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
      path: '/recorded',
      integration: LAMBDA,
      responses: {
        200: { selectionPattern: '' },
        405: { selectionPattern: '.*four hundred.*' },
        502: { selectionPattern: '.+' },
        504: { selectionPattern: '200' },
      },
    });
    await api.method({
      path: '/no-default',
      integration: LAMBDA,
      responses: { 400: { selectionPattern: 'x' } },
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

  test.each([
    ['Error: Raising four hundred from within', 405],
    ['Error: Raising five hundred from within', 502],
  ])('give the recorded status to %j', async (errorMessage, status) => {
    gateway.functions.reply = () => failure(errorMessage);

    expect((await post(api.url('/recorded'), '{}')).status).toBe(status);
  });

  test('leave a success to the default response, whatever the payload says', async () => {
    gateway.functions.reply = () => ({ payload: Buffer.from('"Pass"') });

    const response = await post(api.url('/recorded'), '{}');

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('"Pass"');
  });

  test('answer 500 when none fits and there is no default', async () => {
    const response = await post(api.url('/no-default'), '{}');

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal server error' });
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

describe('the content type', () => {
  const TEMPLATE = { 'application/json': '{"mapped": $input.json("$")}' };
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    for (const passthroughBehavior of ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']) {
      await api.method({
        path: `/none/${passthroughBehavior}`,
        integration: { ...LAMBDA, passthroughBehavior },
      });
      await api.method({
        path: `/json/${passthroughBehavior}`,
        integration: { ...LAMBDA, passthroughBehavior, requestTemplates: TEMPLATE },
      });
    }
    await api.deploy();
  });

  test.each([
    ['none', 'WHEN_NO_MATCH', 'text/plain', 'as it is'],
    ['none', 'WHEN_NO_TEMPLATES', 'text/plain', 'as it is'],
    ['none', 'NEVER', 'application/json', '415'],
    ['json', 'WHEN_NO_MATCH', 'application/json', 'mapped'],
    ['json', 'WHEN_NO_MATCH', 'application/json; charset=utf-8', 'mapped'],
    ['json', 'WHEN_NO_MATCH', 'application/xml', 'as it is'],
    ['json', 'WHEN_NO_TEMPLATES', 'application/xml', '415'],
    ['json', 'NEVER', 'application/json', 'mapped'],
    ['json', 'NEVER', 'application/xml', '415'],
  ])('with templates for %s and %s lets %s through %s', async (templates, behavior, contentType, outcome) => {
    const response = await post(api.url(`/${templates}/${behavior}`), '{"a":1}', {
      'content-type': contentType,
    });
    const text = await response.text();

    if (outcome === '415') {
      expect(response.status).toBe(415);
      expect(text).toBe('{"message":"Unsupported Media Type"}');
    } else {
      expect(text).toBe(outcome === 'mapped' ? '{"mapped": {"a":1}}' : '{"a":1}');
    }
  });
});

test('a function that takes too long is a 504 after the integration time-out', async () => {
  const api = await createTestApi(gateway);
  await api.method({ integration: { ...LAMBDA, timeoutInMillis: 50 } });
  await api.deploy();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  gateway.functions.reply = async () => {
    await released;
    return {};
  };

  const response = await post(api.url(), '{}');
  release();

  expect(response.status).toBe(504);
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  expect(await response.text()).toBe('{"message": "Endpoint request timed out"}');
});
