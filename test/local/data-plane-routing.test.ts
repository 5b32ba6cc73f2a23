import { UpdateStageCommand, UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createTestApi,
  get,
  MOCK_200,
  post,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

/** A mock that says its name. */
const named = (name: string) => ({
  integration: MOCK_200,
  responses: { 200: { responseTemplates: { 'application/json': name } } },
});

const MISSING_TOKEN = '{"message":"Missing Authentication Token"}';
const FORBIDDEN = '{"message":"Forbidden"}';

describe('a deployed API', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({ path: '/', httpMethod: 'GET', ...named('root') });
    await api.method({ path: '/pets', httpMethod: 'GET', ...named('pets') });
    await api.method({ path: '/pets/{id}', httpMethod: 'GET', ...named("pet $input.params('id')") });
    await api.method({ path: '/pets/mine', httpMethod: 'GET', ...named('mine') });
    await api.method({ path: '/pets/{id}/toys', httpMethod: 'ANY', ...named('toys $context.httpMethod') });
    await api.method({ path: '/{proxy+}', httpMethod: 'OPTIONS', ...named('greedy options') });
    await api.method({ path: '/files/{path+}', httpMethod: 'GET', ...named("file $input.params('path')") });
    await api.deploy();
  });

  test.each([
    ['GET', '/', 'root'],
    ['GET', '/pets', 'pets'],
    ['GET', '/pets/', 'pets'],
    ['GET', '//pets', 'pets'],
    ['GET', '/pets/7', 'pet 7'],
    ['GET', '/pets/a%2Fb', 'pet a%2Fb'],
    ['GET', '/pets/mine', 'mine'],
    ['GET', '/pets/7/toys', 'toys GET'],
    ['DELETE', '/pets/mine/toys', 'toys DELETE'],
    ['GET', '/files/a/b/c', 'file a/b/c'],
    ['OPTIONS', '/pets', 'greedy options'],
    ['OPTIONS', '/anything/else', 'greedy options'],
  ])('answers %s %s by the nearest resource that has the method', async (method, path, expected) => {
    const response = await fetch(api.url(path), { method });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe(expected);
  });

  test.each([
    ['GET', '/nowhere'],
    ['POST', '/pets'],
    ['GET', '/Pets'],
    ['GET', '/files'],
    ['GET', '/pets/1/toys/2'],
  ])('answers %s %s as AWS answers what is not there', async (method, path) => {
    const response = await fetch(api.url(path), { method });

    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(await response.text()).toBe(MISSING_TOKEN);
  });

  test('is found by path in both forms and by host', async () => {
    const { restApiId } = api;
    const { port } = new URL(gateway.endpoint);

    const byUserRequest = await get(`${gateway.endpoint}/restapis/${restApiId}/test/_user_request_/pets`, {});
    const byExecuteApi = await get(`${gateway.endpoint}/_aws/execute-api/${restApiId}/test/pets`, {});
    const byHost = await get(`${gateway.endpoint}/test/pets`, {
      host: `${restApiId}.execute-api.localhost:${port}`,
    });
    const root = await get(`${gateway.endpoint}/restapis/${restApiId}/test/_user_request_`, {});

    expect([byUserRequest, byExecuteApi, byHost].map(({ body }) => body)).toEqual(['pets', 'pets', 'pets']);
    expect(root.body).toBe('root');
  });

  test.each([
    ['an unknown API', 'nosuchapi0/test'],
    ['an unknown stage', ':id/Test'],
  ])('is not found at %s', async (_, place) => {
    const response = await fetch(
      `${gateway.endpoint}/_aws/execute-api/${place.replace(':id', api.restApiId)}/pets`,
    );

    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
    expect(await response.text()).toBe(FORBIDDEN);
  });

  test('answers nothing to a web page', async () => {
    const response = await fetch(api.url('/pets'), { headers: { origin: 'http://example.com' } });

    expect(response.status).toBe(403);
  });
});

describe('a deployment', () => {
  test('serves the API as it was', async () => {
    const api = await createTestApi(gateway);
    await api.method({ path: '/one', httpMethod: 'GET', ...named('one') });
    const before = await fetch(api.url('/one'));
    const first = await api.deploy();
    await api.method({ path: '/two', httpMethod: 'GET', ...named('two') });
    const undeployed = await fetch(api.url('/two'));
    await api.deploy();
    const deployed = await fetch(api.url('/two'));
    await gateway.client.send(
      new UpdateStageCommand({
        restApiId: api.restApiId,
        stageName: 'test',
        patchOperations: [{ op: 'replace', path: '/deploymentId', value: first }],
      }),
    );
    const back = await fetch(api.url('/two'));

    expect(await before.text()).toBe(FORBIDDEN);
    expect(await undeployed.text()).toBe(MISSING_TOKEN);
    expect(await deployed.text()).toBe('two');
    expect(await back.text()).toBe(MISSING_TOKEN);
  });

  test('does not answer once the endpoint is disabled', async () => {
    const api = await createTestApi(gateway);
    await api.method({ httpMethod: 'GET', ...named('here') });
    await api.deploy();
    await gateway.client.send(
      new UpdateRestApiCommand({
        restApiId: api.restApiId,
        patchOperations: [{ op: 'replace', path: '/disableExecuteApiEndpoint', value: 'true' }],
      }),
    );

    expect(await (await fetch(api.url())).text()).toBe(FORBIDDEN);
  });
});

describe('a mock', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi(gateway);
    await api.method({
      path: '/status',
      integration: {
        type: 'MOCK',
        requestTemplates: { 'application/json': '{"statusCode": $input.params("s")}' },
      },
      responses: {
        200: {},
        404: { selectionPattern: '4\\d{2}', responseTemplates: { 'application/json': '{"gone": true}' } },
      },
    });
    await api.method({ path: '/wordless', integration: { type: 'MOCK' } });
    await api.method({
      path: '/careless',
      integration: { ...MOCK_200, requestTemplates: { 'application/json': '{statusCode: 200}' } },
    });
    await api.method({
      path: '/headers',
      integration: MOCK_200,
      responses: {
        200: {
          responseParameters: {
            'method.response.header.X-Static': "'fixed'",
            'method.response.header.X-Stage': 'context.stage',
            'method.response.header.Content-Type': "'text/html'",
            'method.response.header.Server': "'mine'",
          },
          responseTemplates: {
            'application/json':
              '#set($context.responseOverride.status = 202)#set($context.responseOverride.header.X-Own = "yes")<p/>',
          },
        },
      },
    });
    await api.method({
      path: '/broken',
      integration: MOCK_200,
      responses: { 200: { responseTemplates: { 'application/json': '#if($x' } } },
    });
    await api.deploy();
  });

  test.each([
    ['/status?s=200', 200, ''],
    ['/status?s=404', 404, '{"gone": true}'],
    ['/careless', 200, ''],
    ['/wordless', 500, '{"message":"Internal server error"}'],
    ['/broken', 500, '{"message":"Internal server error"}'],
  ])('at %s answers %d', async (path, status, text) => {
    const response = await post(api.url(path), '{}');

    expect(response.status).toBe(status);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('x-amzn-trace-id')).toBeNull();
  });

  test('maps headers, and its template overrides status and headers', async () => {
    const { status, headers } = await post(api.url('/headers'), '{}');

    expect(status).toBe(202);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-static': 'fixed',
      'x-stage': 'test',
      'x-own': 'yes',
      'content-type': 'text/html',
      'x-amzn-remapped-server': 'mine',
    });
  });
});
