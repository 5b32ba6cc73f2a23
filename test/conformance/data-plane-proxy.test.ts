import { UpdateRestApiCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectAnswer, INTERNAL, type Row } from '../_helpers/data-plane.js';
import {
  createTestApi,
  LAMBDA_PROXY,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

const FORMAT = 'recorded: test_lambda_aws_proxy_response_format';
const OUTPUT = 'developer guide, "Output format of a Lambda function for proxy integration"';
const BINARY = 'developer guide, "Return binary media from a Lambda proxy integration"';
const REMAPPING = 'recorded: test_apigateway_header_remapping_aws';

const answering = (result: unknown) => () => ({ payload: Buffer.from(JSON.stringify(result)) });

const MALFORMED = { ...INTERNAL, status: 502 };

/** What the function returns, and what the caller gets. */
const ANSWERS: readonly (Pick<
  Row,
  'case' | 'evidence' | 'status' | 'text' | 'answered' | 'headers' | 'errorType'
> & {
  result: unknown;
})[] = [
  { case: 'nothing at all', evidence: FORMAT, result: {}, status: 200, text: '' },
  { case: 'a status alone', evidence: FORMAT, result: { statusCode: 201 }, status: 201, text: '' },
  { case: 'a status as text', evidence: FORMAT, result: { statusCode: '404' }, status: 404, text: '' },
  { case: 'a body', evidence: FORMAT, result: { statusCode: 200, body: 'made' }, status: 200, text: 'made' },
  {
    case: 'a member that does not belong there',
    evidence: FORMAT,
    result: { wrongValue: 'value' },
    ...MALFORMED,
  },
  { case: 'a body that is an object', evidence: FORMAT, result: { body: { a: 1 } }, ...MALFORMED },
  { case: 'a list', evidence: FORMAT, result: [1], ...MALFORMED },
  { case: 'null', evidence: FORMAT, result: null, ...MALFORMED },
  { case: 'a text', evidence: FORMAT, result: 'made', ...MALFORMED },
  { case: 'an impossible status', evidence: OUTPUT, result: { statusCode: 99 }, ...MALFORMED },
  {
    case: 'headers',
    evidence: `${OUTPUT}; ${REMAPPING}`,
    result: { headers: { 'content-type': 'text/plain', 'X-One': true, Date: 'yesterday' } },
    status: 200,
    text: '',
    answered: { 'content-type': 'text/plain', 'x-one': 'true', 'x-amzn-remapped-date': 'yesterday' },
  },
  {
    case: 'a header that says how it is sent',
    evidence: REMAPPING,
    result: { headers: { 'Transfer-Encoding': 'gzip', TE: 'gzip' } },
    status: 200,
    text: '',
    answered: { te: 'gzip' },
  },
  {
    case: 'headers of several values',
    evidence: OUTPUT,
    result: {
      headers: { 'X-Many': 'a', 'X-Only': 'o' },
      multiValueHeaders: { 'x-many': ['a', 'b'], 'X-Only': ['o'], 'no header': [] },
    },
    status: 200,
    text: '',
    answered: { 'x-many': 'a, b', 'x-only': 'o' },
  },
  {
    case: 'a header that is none',
    evidence: 'no answer of AWS is known; nothing of it may reach the caller',
    result: { headers: { 'X-Bad': 'a\r\nSet-Cookie: b' } },
    ...INTERNAL,
  },
  {
    case: 'bytes that the caller accepts',
    evidence: BINARY,
    headers: { accept: 'image/png' },
    result: { isBase64Encoded: true, body: 'aMOp' },
    status: 200,
    text: 'hé',
  },
  {
    case: 'bytes that the caller does not accept',
    evidence: BINARY,
    headers: { accept: 'text/plain' },
    result: { isBase64Encoded: true, body: 'aMOp' },
    status: 200,
    text: 'aMOp',
  },
];

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  const { client } = gateway;
  await client.send(
    new UpdateRestApiCommand({
      restApiId: api.restApiId,
      patchOperations: [{ op: 'add', path: '/binaryMediaTypes/image~1*' }],
    }),
  );
  // Mappings of request parameters count for nothing here (recorded: test_lambda_aws_proxy_integration_request_data_mapping).
  const requestParameters = { 'integration.request.header.X-Mapped': "'mapped'" };
  const integration = { ...LAMBDA_PROXY, requestParameters };
  await api.method({ path: '/{proxy+}', httpMethod: 'ANY', integration, responses: {} });
  await api.method({ path: '/wrong-verb', integration: { ...LAMBDA_PROXY, integrationHttpMethod: 'GET' } });
  await api.deploy();
  await client.send(
    new UpdateStageCommand({
      restApiId: api.restApiId,
      stageName: 'test',
      patchOperations: [{ op: 'replace', path: '/variables/table', value: 'items' }],
    }),
  );
});

afterAll(() => gateway.stop());

describe('the answer of a proxy integration', () => {
  test.each(ANSWERS)('for $case is $status ($evidence)', ({ result, ...row }) =>
    expectAnswer(
      { gateway, api },
      {
        path: '/x',
        reply: answering(result),
        ...(row.errorType === undefined && { isTraced: true }),
        ...row,
      },
    ),
  );

  test('for a function that fails is 502 (developer guide, "Handle Lambda errors")', () =>
    expectAnswer(
      { gateway, api },
      {
        case: 'a function error',
        evidence: OUTPUT,
        path: '/x',
        reply: () => ({ ...answering({ errorMessage: 'boom' })(), functionError: 'Unhandled' }),
        ...MALFORMED,
      },
    ));

  test('of a call with another verb than POST is 500 (recorded: test_lambda_aws_proxy_integration_non_post_method)', () =>
    expectAnswer(
      { gateway, api },
      { case: 'GET', evidence: OUTPUT, path: '/wrong-verb', method: 'POST', ...INTERNAL },
    ));

  test('sets each cookie by itself', async () => {
    gateway.functions.reply = answering({ multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } });

    const response = await fetch(api.url('/x'));

    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

/** The event of a request with this body. */
async function eventOf(path: string, init: RequestInit): Promise<Record<string, unknown>> {
  gateway.functions.invocations.length = 0;
  gateway.functions.reply = answering({});
  await fetch(api.url(path), init);
  const event: unknown = JSON.parse(gateway.functions.invocations[0]?.payload.toString() ?? '');
  return Object.fromEntries(Object.entries(event ?? {}));
}

describe('the event of a proxy integration', () => {
  test(`has no headers that are for the gateway alone (${REMAPPING})`, async () => {
    const dropped = {
      'Content-MD5': 'a',
      'Max-Forwards': '2',
      'Proxy-Authenticate': 'Basic',
      Server: 'mine',
      TE: 'deflate',
      Trailer: 'Expires',
      'WWW-Authenticate': 'Basic',
    };
    const kept = { Age: '1', Range: 'bytes=0-1', Via: 'p.example.net', Warn: '299 x' };

    const { headers } = await eventOf('/a', { method: 'POST', body: '{}', headers: { ...dropped, ...kept } });

    const names = Object.keys(headers as object).map((name) => name.toLowerCase());
    const lower = (all: object) => Object.keys(all).map((name) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(lower(kept)));
    expect(
      names.filter((name) => [...lower(dropped), 'content-length', 'connection'].includes(name)),
    ).toEqual([]);
  });

  test('has the members that AWS sends (recorded: test_lambda_aws_proxy_integration)', async () => {
    const own = { 'tEsT-HEADeR': 'aValUE', authorization: 'random-value', 'user-agent': 'test' };

    const event = await eventOf('/a/b/?x=1&x=2&plus=a+b&enc=a%2Bb&flag', {
      headers: {
        ...own,
        accept: '*/*',
        'accept-encoding': 'gzip',
        'accept-language': '*',
        'sec-fetch-mode': 'cors',
      },
    });

    const { host } = new URL(gateway.endpoint);
    const headers = {
      'tEsT-HEADeR': 'aValUE',
      Authorization: 'random-value',
      'User-Agent': 'test',
      Host: host,
      accept: '*/*',
      'accept-encoding': 'gzip',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': host.split(':')[1],
      'X-Forwarded-Proto': 'http',
    };
    expect(event).toEqual({
      resource: '/{proxy+}',
      path: '/a/b/',
      httpMethod: 'GET',
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: { x: '2', plus: 'a b', enc: 'a+b', flag: '' },
      multiValueQueryStringParameters: { x: ['1', '2'], plus: ['a b'], enc: ['a+b'], flag: [''] },
      pathParameters: { proxy: 'a/b' },
      stageVariables: { table: 'items' },
      requestContext: {
        accountId: '000000000000',
        apiId: api.restApiId,
        deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/),
        domainName: '127.0.0.1',
        domainPrefix: api.restApiId,
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        httpMethod: 'GET',
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
        path: '/test/a/b/',
        protocol: 'HTTP/1.1',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        resourceId: await api.resourceId('/{proxy+}'),
        resourcePath: '/{proxy+}',
        stage: 'test',
      },
      body: null,
      isBase64Encoded: false,
    });
  });

  test.each([
    ['application/json', { body: '{"a": 1}', isBase64Encoded: false }],
    ['image/png', { body: 'eyJhIjogMX0=', isBase64Encoded: true }],
  ])('has a body of %s as %j (developer guide, "Binary media types")', async (contentType, expected) => {
    const event = await eventOf('/x', {
      method: 'POST',
      body: '{"a": 1}',
      headers: { 'content-type': contentType },
    });

    expect(event).toMatchObject(expected);
  });
});
