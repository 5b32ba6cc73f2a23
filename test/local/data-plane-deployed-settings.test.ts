import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  CreateDeploymentCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  PutGatewayResponseCommand,
  UpdateIntegrationResponseCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BUGS } from '../../src/local/errors.js';
import {
  createTestApi,
  MOCK_200,
  post,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

beforeEach(async () => {
  api = await createTestApi(gateway);
});

const answerOf = async (response: Response) => ({ status: response.status, body: await response.text() });

describe('a request validator', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, pattern: '^[a-z]+$' },
      ages: { type: 'array', items: { $ref: '#/definitions/age' }, maxItems: 2 },
      kind: { enum: ['cat', 'dog', { of: ['cat', null], by: 1 }] },
      weight: { multipleOf: 0.01 },
      toys: { type: 'array', uniqueItems: true },
      owner: {
        oneOf: [{ type: 'null' }, { $ref: 'https://apigateway.amazonaws.com/restapis/API/models/Owner' }],
      },
    },
    required: ['name'],
    additionalProperties: false,
    definitions: { age: { type: 'integer', minimum: 0, maximum: 30, exclusiveMaximum: true } },
  };

  async function deployValidated(...patchOperations: PatchOperation[]): Promise<void> {
    const { restApiId, rootResourceId: resourceId } = api;
    const model = (name: string, text: string) =>
      gateway.client.send(
        new CreateModelCommand({ restApiId, name, contentType: 'application/json', schema: text }),
      );
    await model('Owner', '{"type": "object", "required": ["id"]}');
    await model('Pet', JSON.stringify(schema).replace('API', restApiId));
    const { id = '' } = await gateway.client.send(
      new CreateRequestValidatorCommand({
        restApiId,
        validateRequestBody: true,
        validateRequestParameters: true,
      }),
    );
    await api.method({ integration: MOCK_200 });
    await gateway.client.send(
      new UpdateMethodCommand({
        restApiId,
        resourceId,
        httpMethod: 'POST',
        patchOperations: [{ op: 'replace', path: '/requestValidatorId', value: id }, ...patchOperations],
      }),
    );
    await api.deploy();
  }

  test('asks for the parameters that the method requires', async () => {
    await deployValidated(
      { op: 'add', path: '/requestParameters/method.request.querystring.page', value: 'true' },
      { op: 'add', path: '/requestParameters/method.request.header.x-a', value: 'true' },
      { op: 'add', path: '/requestParameters/method.request.header.x-b', value: 'false' },
    );

    const refused = await answerOf(await post(api.url('/?page='), '{}'));
    const served = await answerOf(await post(api.url('/?page=1'), '{}', { 'X-A': '1' }));

    expect(refused).toEqual({
      status: 400,
      body: '{"message":"Missing required request parameters: [page, x-a]"}',
    });
    expect(served.status).toBe(200);
  });

  test.each<[string, number]>([
    ['{"name": "ab"}', 200],
    ['{"name": "ab", "ages": [1, 29], "kind": "cat", "owner": {"id": 1}}', 200],
    ['{"name": "ab", "owner": null}', 200],
    ['{"name": "ab", "kind": {"by": 1, "of": ["cat", null]}}', 200],
    ['{"name": "ab", "kind": {"by": 1, "of": ["cat"]}}', 400],
    ['{"name": "ab", "kind": {"by": 1, "of": ["cat", null], "in": 2}}', 400],
    ['{"name": "ab", "toys": [{"a": 1, "b": [2]}, {"a": 1, "b": [3]}]}', 200],
    ['{"name": "ab", "toys": [{"a": 1, "b": [2]}, {"b": [2], "a": 1}]}', 400],
    ['{"name": "ab", "weight": 0.29}', 200],
    ['{"name": "ab", "weight": 0.295}', 400],
    ['', 400],
    ['{"name": "a"}', 400],
    ['{"name": "AB"}', 400],
    ['{"name": "ab", "ages": [30]}', 400],
    ['{"name": "ab", "ages": [1.5]}', 400],
    ['{"name": "ab", "ages": [1, 2, 3]}', 400],
    ['{"name": "ab", "kind": "cow"}', 400],
    ['{"name": "ab", "owner": {}}', 400],
    ['{"name": "ab", "more": 1}', 400],
    ['[]', 400],
    ['{"name": ', 400],
  ])('holds the body %s to its model: %i', async (body, status) => {
    await deployValidated({ op: 'add', path: '/requestModels/application~1json', value: 'Pet' });

    const answer = await answerOf(await post(api.url(), body));

    expect(answer).toMatchObject(
      status === 200 ? { status } : { status, body: '{"message": "Invalid request body"}' },
    );
  });

  test('compares no more of a body than its model has', async () => {
    await deployValidated({ op: 'add', path: '/requestModels/application~1json', value: 'Pet' });
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);

    const answer = await answerOf(await post(api.url(), `{"name": "ab", "kind": ${deep}}`));

    expect(answer).toEqual({ status: 400, body: '{"message": "Invalid request body"}' });
  });

  test('tells no bug of a body that is too deep to be compared with itself', async () => {
    await deployValidated({ op: 'add', path: '/requestModels/application~1json', value: 'Pet' });
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const bugs: unknown[] = [];
    const hear = (error: unknown): void => void bugs.push(error);
    subscribe(BUGS, hear);

    const { status } = await post(api.url(), `{"name": "ab", "toys": [${deep}]}`);
    unsubscribe(BUGS, hear);

    expect([status, bugs]).toEqual([500, []]);
  });

  test('compares no more values with one another than it checks at most', async () => {
    await deployValidated({ op: 'add', path: '/requestModels/application~1json', value: 'Pet' });
    const many = Array(200_000).fill('{}').join();

    expect(await post(api.url(), `{"name": "ab", "toys": [[${many}]]}`)).toMatchObject({ status: 500 });
  });

  test('does not look at a type of content without a model', async () => {
    await deployValidated({ op: 'add', path: '/requestModels/text~1plain', value: 'Pet' });

    expect((await post(api.url(), '[]')).status).toBe(200);
  });
});

describe('a gateway response of an API’s own', () => {
  test('with a status that only informs does not keep the client waiting', async () => {
    const { restApiId } = api;
    await gateway.client.send(
      new PutGatewayResponseCommand({ restApiId, responseType: 'DEFAULT_4XX', statusCode: '100' }),
    );
    await api.method({ integration: MOCK_200 });
    await api.deploy();

    expect((await fetch(api.url('/nowhere'))).status).toBe(500);
  });

  test('reaches the client once it is deployed, its variables filled in', async () => {
    await api.method({ integration: MOCK_200 });
    await api.deploy();
    await gateway.client.send(
      new PutGatewayResponseCommand({
        restApiId: api.restApiId,
        responseType: 'DEFAULT_4XX',
        statusCode: '404',
        responseParameters: {
          'gatewayresponse.header.x-origin': "'*'",
          'gatewayresponse.header.x-accept': 'method.request.header.accept-language',
          'gatewayresponse.header.transfer-encoding': "'chunked'",
        },
        responseTemplates: {
          'application/json':
            '{"said": $context.error.messageString, "type": "$context.error.responseType", "stage": "${context.stage}", "no": "$stageVariables.no", "q": "$method.request.querystring.q"}',
        },
      }),
    );
    const ask = () => fetch(api.url('/nowhere?q=1'), { headers: { 'accept-language': 'de' } });

    expect(await answerOf(await ask())).toEqual({
      status: 403,
      body: '{"message":"Missing Authentication Token"}',
    });
    await api.deploy();
    const answer = await ask();

    expect([answer.headers.get('x-origin'), answer.headers.get('x-accept')]).toEqual(['*', 'de']);
    expect(await answerOf(answer)).toEqual({
      status: 404,
      body: '{"said": "Missing Authentication Token", "type": "MISSING_AUTHENTICATION_TOKEN", "stage": "test", "no": "", "q": "1"}',
    });
  });
});

describe('a canary', () => {
  const TEMPLATE = '{"it": "IT", "canary": "$context.isCanaryRequest", "a": "$stageVariables.a"}';

  test('takes its share of the requests, with its deployment and variables', async () => {
    const { restApiId, rootResourceId: resourceId } = api;
    const template = (it: string) => TEMPLATE.replace('IT', it);
    await api.method({
      integration: MOCK_200,
      responses: { 200: { responseTemplates: { 'application/json': template('first') } } },
    });
    await api.deploy();
    await gateway.client.send(
      new UpdateIntegrationResponseCommand({
        restApiId,
        resourceId,
        httpMethod: 'POST',
        statusCode: '200',
        patchOperations: [
          { op: 'replace', path: '/responseTemplates/application~1json', value: template('second') },
        ],
      }),
    );
    await gateway.client.send(
      new CreateDeploymentCommand({
        restApiId,
        stageName: 'test',
        canarySettings: { percentTraffic: 0, stageVariableOverrides: { a: 'over' } },
      }),
    );

    const before = await answerOf(await post(api.url(), '{}'));
    await gateway.client.send(
      new UpdateStageCommand({
        restApiId,
        stageName: 'test',
        patchOperations: [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '100.0' }],
      }),
    );
    const after = await answerOf(await post(api.url(), '{}'));

    expect(before.body).toBe('{"it": "first", "canary": "false", "a": ""}');
    expect(after.body).toBe('{"it": "second", "canary": "true", "a": "over"}');
  });
});
