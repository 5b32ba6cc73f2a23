import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createTestApi,
  get,
  LAMBDA_PROXY,
  post,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  await api.method({ path: '/{proxy+}', httpMethod: 'ANY', integration: LAMBDA_PROXY, responses: {} });
  await api.method({ path: '/wrong-verb', integration: { ...LAMBDA_PROXY, integrationHttpMethod: 'GET' } });
  await api.deploy();
});

afterAll(() => gateway.stop());

beforeEach(() => {
  gateway.functions.invocations.length = 0;
});

const answering = (result: unknown) => () => ({ payload: Buffer.from(JSON.stringify(result)) });

function lastEvent(): Record<string, unknown> {
  const event: unknown = JSON.parse(gateway.functions.invocations.at(-1)?.payload.toString() ?? '');
  return Object.fromEntries(Object.entries(event ?? {}));
}

describe('the event of a proxy integration', () => {
  test('has the members that AWS sends', async () => {
    gateway.functions.reply = answering({});
    await get(api.url('/a/b/?x=1&x=2&plus=a+b&enc=a%2Bb'), { 'tEsT-HEADeR': 'aValUE', 'user-agent': 'test' });

    const event = lastEvent();

    expect(event).toEqual({
      resource: '/{proxy+}',
      path: '/a/b/',
      httpMethod: 'GET',
      headers: expect.objectContaining({
        'tEsT-HEADeR': 'aValUE',
        'User-Agent': 'test',
        'X-Forwarded-Proto': 'http',
      }),
      multiValueHeaders: expect.objectContaining({ 'tEsT-HEADeR': ['aValUE'] }),
      queryStringParameters: { x: '2', plus: 'a b', enc: 'a+b' },
      multiValueQueryStringParameters: { x: ['1', '2'], plus: ['a b'], enc: ['a+b'] },
      pathParameters: { proxy: 'a/b' },
      stageVariables: null,
      requestContext: expect.objectContaining({
        accountId: '000000000000',
        apiId: api.restApiId,
        domainPrefix: api.restApiId,
        httpMethod: 'GET',
        path: '/test/a/b/',
        protocol: 'HTTP/1.1',
        resourcePath: '/{proxy+}',
        stage: 'test',
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: '127.0.0.1',
          user: null,
          userAgent: 'test',
          userArn: null,
        },
      }),
      body: null,
      isBase64Encoded: false,
    });
    expect(Object.keys(event['headers'] ?? {}).map((name) => name.toLowerCase())).not.toContain('connection');
  });

  test('has the body as text, and the stage variables', async () => {
    gateway.functions.reply = answering({});
    await gateway.client.send(
      new UpdateStageCommand({
        restApiId: api.restApiId,
        stageName: 'test',
        patchOperations: [{ op: 'replace', path: '/variables/table', value: 'items' }],
      }),
    );

    await post(api.url('/x'), '{"a": 1}');

    expect(lastEvent()).toMatchObject({ body: '{"a": 1}', stageVariables: { table: 'items' } });
  });
});

describe('the answer of a proxy integration', () => {
  test('is made by the function', async () => {
    gateway.functions.reply = answering({
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'X-One': true, Date: 'yesterday' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'made',
    });

    const response = await post(api.url('/x'), '{}');

    expect(response.status).toBe(201);
    expect(await response.text()).toBe('made');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'x-one': 'true',
      'x-amzn-remapped-date': 'yesterday',
    });
    expect(response.headers.get('x-amzn-trace-id')).toMatch(/^Root=1-/);
  });

  test.each([
    ['nothing at all', {}, 200],
    ['a status alone', { statusCode: 204 }, 204],
    ['a status as text', { statusCode: '404', body: '' }, 404],
    ['a member that does not belong there', { statusCode: 200, wrongValue: 'value' }, 502],
    ['a body that is an object', { statusCode: 200, body: { a: 1 } }, 502],
    ['a list', [1], 502],
    ['null', null, 502],
    ['an impossible status', { statusCode: 99 }, 502],
  ])('for %s', async (_, result, status) => {
    gateway.functions.reply = answering(result);

    const response = await post(api.url('/x'), '{}');

    expect(response.status).toBe(status);
    expect(await response.text()).toBe(status === 502 ? '{"message":"Internal server error"}' : '');
  });

  test('is 502 when the function fails', async () => {
    gateway.functions.reply = () => ({
      ...answering({ errorMessage: 'boom' })(),
      functionError: 'Unhandled',
    });

    const response = await post(api.url('/x'), '{}');

    expect(response.status).toBe(502);
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  });

  test('survives headers that are none', async () => {
    gateway.functions.reply = answering({ headers: { 'X-Bad': 'a\r\nSet-Cookie: b' } });

    expect((await post(api.url('/x'), '{}')).status).toBe(500);
  });

  test('is 500 when the integration calls Lambda with another verb than POST', async () => {
    expect((await post(api.url('/wrong-verb'), '{}')).status).toBe(500);
  });
});
