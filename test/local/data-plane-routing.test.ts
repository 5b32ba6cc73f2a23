import { UpdateStageCommand, UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createTestApi,
  get,
  MOCK_200,
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

  test('is not found under an id that no API has', async () => {
    const response = await fetch(`${gateway.endpoint}/_aws/execute-api/nosuchapi0/test/pets`);

    expect([response.status, await response.text()]).toEqual([403, FORBIDDEN]);
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
