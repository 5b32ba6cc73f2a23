import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  GetAccountCommand,
  GetExportCommand,
  GetModelsCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetTagsCommand,
  TagResourceCommand,
  TestInvokeMethodCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  badRequest,
  createTestApi,
  failureOf,
  FUNCTION_URI,
  LAMBDA,
  MOCK_200,
  notFound,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  await api.method({
    path: '/pets/{id}',
    apiKeyRequired: true,
    integration: LAMBDA,
    responses: {
      200: { responseParameters: { 'method.response.header.X-A': "'a'" } },
      400: { selectionPattern: 'Bad.*', responseTemplates: { 'application/json': '{}' } },
    },
  });
  await api.deploy();
  // What is not deployed is not exported.
  await api.method({ path: '/later', integration: MOCK_200 });
});

afterAll(() => gateway.stop());

async function exported(exportType: string, extensions?: string) {
  const answer = await gateway.client.send(
    new GetExportCommand({
      restApiId: api.restApiId,
      stageName: 'test',
      exportType,
      ...(extensions !== undefined && { parameters: { extensions } }),
    }),
  );
  const document: unknown = JSON.parse(Buffer.from(answer.body ?? []).toString());
  return { answer, document };
}

const INTEGRATION = {
  type: 'aws',
  httpMethod: 'POST',
  uri: FUNCTION_URI,
  passthroughBehavior: 'when_no_match',
  responses: {
    default: { statusCode: '200', responseParameters: { 'method.response.header.X-A': "'a'" } },
    'Bad.*': { statusCode: '400', responseTemplates: { 'application/json': '{}' } },
  },
};

describe('GetExport', () => {
  test('writes OpenAPI 3, with integrations when asked', async () => {
    const { answer, document } = await exported('oas30', 'integrations');

    expect(answer.contentType).toBe('application/octet-stream');
    expect(answer.contentDisposition).toMatch(/^attachment; filename="oas30_\d{4}-.*Z\.json"$/);
    expect(document).toEqual({
      openapi: '3.0.1',
      info: { title: 'test', version: expect.stringMatching(/^\d{4}-.*Z$/) },
      servers: [
        {
          url: `https://${api.restApiId}.execute-api.us-east-1.amazonaws.com/{basePath}`,
          variables: { basePath: { default: 'test' } },
        },
      ],
      paths: {
        '/pets/{id}': {
          post: {
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            responses: {
              200: {
                description: '200 response',
                headers: { 'X-A': { schema: { type: 'string' } } },
                content: {},
              },
              400: { description: '400 response', content: {} },
            },
            security: [{ api_key: [] }],
            'x-amazon-apigateway-integration': INTEGRATION,
          },
        },
      },
      components: { securitySchemes: { api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' } } },
    });
  });

  test('writes Swagger 2', async () => {
    const { document } = await exported('swagger', 'apigateway');

    expect(document).toMatchObject({
      swagger: '2.0',
      basePath: '/test',
      paths: {
        '/pets/{id}': {
          post: {
            produces: ['application/json'],
            parameters: [{ name: 'id', in: 'path', required: true, type: 'string' }],
            responses: { 200: { description: '200 response', headers: { 'X-A': { type: 'string' } } } },
            'x-amazon-apigateway-integration': INTEGRATION,
          },
        },
      },
    });
  });

  test('leaves the integrations out unless asked', async () => {
    expect(JSON.stringify((await exported('oas30')).document)).not.toContain('x-amazon');
  });

  test('refuses other types and missing stages', async () => {
    const missing = new GetExportCommand({
      restApiId: api.restApiId,
      stageName: 'nope',
      exportType: 'oas30',
    });

    expect(await failureOf(exported('raml'))).toEqual(badRequest("No API exporter for type 'raml'"));
    expect(await failureOf(gateway.client.send(missing))).toEqual(
      notFound('Invalid stage identifier specified'),
    );
  });
});

describe('tags', () => {
  test('are merged, removed and read for each kind of ARN', async () => {
    const { id: keyId = '' } = await gateway.client.send(new CreateApiKeyCommand({ tags: { old: '0' } }));
    const { id: planId = '' } = await gateway.client.send(new CreateUsagePlanCommand({ name: 'p' }));
    const paths = [
      `/restapis/${api.restApiId}`,
      `/restapis/${api.restApiId}/stages/test`,
      `/apikeys/${keyId}`,
      `/usageplans/${planId}`,
    ];

    for (const path of paths) {
      const resourceArn = `arn:aws:apigateway:us-east-1::${path}`;
      const tagged = await gateway.client.send(
        new TagResourceCommand({ resourceArn, tags: { a: '1', 'b:c': '2' } }),
      );
      await gateway.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b:c', 'old'] }));
      const { tags } = await gateway.client.send(new GetTagsCommand({ resourceArn }));
      expect([tagged.$metadata.httpStatusCode, tags]).toEqual([204, { a: '1' }]);
    }
    expect((await gateway.client.send(new GetRestApiCommand({ restApiId: api.restApiId }))).tags).toEqual({
      a: '1',
    });
  });

  test.each([
    ['arn:aws:apigateway:us-east-1::/restapis/nope', 404],
    ['arn:aws:apigateway:eu-west-1::/restapis/nope', 400],
    ['arn:aws:apigateway:us-east-1::/domainnames/x', 400],
    ['nonsense', 400],
  ])('are refused for %s', async (resourceArn, status) => {
    expect((await failureOf(gateway.client.send(new GetTagsCommand({ resourceArn })))).status).toBe(status);
  });
});

describe('TestInvokeMethod', () => {
  test('runs a method that is not deployed, without its key', async () => {
    gateway.functions.reply = ({ payload }) => ({ payload });
    const { items = [] } = await gateway.client.send(new GetResourcesCommand({ restApiId: api.restApiId }));
    const resource = items.find(({ path }) => path === '/pets/{id}');

    const answer = await gateway.client.send(
      new TestInvokeMethodCommand({
        restApiId: api.restApiId,
        resourceId: resource?.id,
        httpMethod: 'POST',
        pathWithQueryString: '/pets/7?x=1',
        body: '{"a":1}',
      }),
    );

    expect(answer.status).toBe(200);
    expect(answer.body).toBe('{"a":1}');
    expect(answer.headers).toMatchObject({ 'Content-Type': 'application/json', 'X-A': 'a' });
    expect(answer.log).toMatch(
      /^Execution log for request .*\n.* UTC \d{4} : Starting execution for request: /,
    );
    expect(answer.log).toContain('Method request path: {id=7}');
    expect(answer.log).toContain('Method completed with status: 200\n');
    expect(gateway.functions.permissions.at(-1)?.sourceArn).toContain('/test-invoke-stage/POST/pets/{id}');
  });
});

test('an API has the two models of AWS, and the account its limits', async () => {
  const { items = [] } = await gateway.client.send(new GetModelsCommand({ restApiId: api.restApiId }));
  const account = await gateway.client.send(new GetAccountCommand({}));

  expect(items.map(({ name }) => name)).toEqual(['Empty', 'Error']);
  expect(new Set(items.map(({ id }) => id)).size).toBe(2);
  expect(account.throttleSettings).toEqual({ burstLimit: 5000, rateLimit: 10_000 });
});
