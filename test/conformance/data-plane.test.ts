import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  type CreateUsagePlanCommandInput,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, test } from '@jest/globals';
import { expectAnswer, FORBIDDEN, INTERNAL, NO_TOKEN, type Row } from '../_helpers/data-plane.js';
import {
  createTestApi,
  MOCK_200,
  startTestGateway,
  type MethodSettings,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

const KEYS = 'recorded: test_api_key_required_for_methods; developer guide, "API keys"';
const ROUTES = 'recorded: test_routing_not_found';
const HEADERS = 'recorded: test_invocation_trace_id';
const REMAPPING = 'recorded: test_apigateway_header_remapping_aws';
const TEMPLATES = 'developer guide, "Mapping template variables"';

const ACCESS: readonly Row[] = [
  { case: 'a good key', evidence: KEYS, path: '/locked', key: 'good', status: 200, text: '' },
  { case: 'no key', evidence: KEYS, path: '/locked', ...FORBIDDEN },
  { case: 'a wrong key', evidence: KEYS, path: '/locked', headers: { 'x-api-key': 'wrong' }, ...FORBIDDEN },
  { case: 'a disabled key', evidence: KEYS, path: '/locked', key: 'disabled', ...FORBIDDEN },
  { case: 'a key in no plan', evidence: KEYS, path: '/locked', key: 'planless', ...FORBIDDEN },
  {
    case: 'a key whose plan lacks the stage',
    evidence: KEYS,
    path: '/locked',
    key: 'stageless',
    ...FORBIDDEN,
  },
  {
    case: 'a wrong key where none is asked for',
    evidence: 'developer guide, "Usage plans and API keys"',
    path: '/open',
    headers: { 'x-api-key': 'wrong' },
    status: 200,
    text: '',
  },
  {
    case: 'a throttled key',
    evidence: 'knowledge center, "api-gateway-429-limit"; gateway response THROTTLED',
    path: '/locked',
    key: 'slow',
    times: 2,
    status: 429,
    text: '{"message":"Too Many Requests"}',
    errorType: 'TooManyRequestsException',
  },
  {
    case: 'a key whose quota is used up',
    evidence: 'knowledge center, "api-gateway-429-limit"; gateway response QUOTA_EXCEEDED',
    path: '/locked',
    key: 'counted',
    times: 2,
    status: 429,
    text: '{"message":"Limit Exceeded"}',
    errorType: 'LimitExceededException',
  },
  { case: 'no key on an unknown path', evidence: ROUTES, path: '/locked/x', ...NO_TOKEN },
];

const ROUTING: readonly Row[] = [
  { case: 'an unknown path', evidence: ROUTES, path: '/nowhere', ...NO_TOKEN },
  { case: 'a wrong method', evidence: ROUTES, path: '/open', method: 'DELETE', ...NO_TOKEN },
  { case: 'the root without a method', evidence: ROUTES, path: '/', ...NO_TOKEN },
  { case: 'a path in the wrong case', evidence: ROUTES, path: '/Open', ...NO_TOKEN },
  { case: 'a greedy path without a rest', evidence: ROUTES, path: '/files', ...NO_TOKEN },
  {
    case: 'a method that is not deployed yet',
    evidence: 'developer guide, "Deploying"',
    path: '/later',
    ...NO_TOKEN,
  },
  {
    case: 'a stage that does not exist',
    evidence: 'reports only: aws-facts 7.3 marks it unsure',
    path: '/open',
    stage: 'Test',
    ...FORBIDDEN,
  },
  {
    case: '{param}',
    evidence: 'recorded: test_lambda_aws_proxy_integration (path parameters stay encoded)',
    path: '/pets/a%2Fb',
    status: 200,
    text: 'pet a%2Fb',
  },
  {
    case: 'a literal path beside {param}',
    evidence: 'recorded: test_proxy_routing_with_hardcoded_resource_sibling',
    path: '/pets/mine',
    status: 200,
    text: 'mine',
  },
  { case: '{path+}', evidence: TEMPLATES, path: '/files/a/b', status: 200, text: 'file a/b' },
  { case: 'ANY', evidence: TEMPLATES, path: '/any', method: 'PATCH', status: 200, text: 'any PATCH' },
  {
    case: 'CORS by a mock',
    evidence: 'developer guide, "Enable CORS on a resource using the API Gateway console"',
    path: '/any',
    method: 'OPTIONS',
    status: 200,
    text: '',
    answered: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST,OPTIONS',
      'access-control-allow-headers': 'Content-Type,X-Api-Key',
    },
  },
];

const MOCKS: readonly Row[] = [
  { case: 'a mock', evidence: HEADERS, path: '/open', status: 200, text: '' },
  {
    case: 'a mock’s other status',
    evidence: HEADERS,
    path: '/status?s=404',
    status: 404,
    text: '{"gone": true}',
  },
  {
    case: 'a mock whose template is nearly JSON',
    evidence: 'developer guide, "Mock integrations"; recorded: test_failed_invoke_test_method',
    path: '/careless',
    status: 200,
    text: '',
  },
  {
    case: 'a mock whose template names no status',
    evidence: 'recorded: test_failed_invoke_test_method ("Unable to parse statusCode")',
    path: '/wordless',
    ...INTERNAL,
  },
  {
    case: 'a mock whose request template cannot be read',
    evidence: 'developer guide, gateway response API_CONFIGURATION_ERROR',
    path: '/broken',
    ...INTERNAL,
  },
  {
    case: 'what its response maps and overrides',
    evidence: `recorded: test_lambda_aws_integration_response_with_mapping_templates; ${REMAPPING}`,
    path: '/overridden',
    status: 202,
    text: '<p/>',
    answered: {
      'content-type': 'text/html',
      'x-static': 'fixed',
      'x-stage': 'test',
      'x-own': 'yes',
      'x-amzn-remapped-server': 'mine',
    },
  },
];

/** A mock that says its name. */
const named = (path: string, name: string, httpMethod = 'GET'): MethodSettings => ({
  path,
  httpMethod,
  integration: MOCK_200,
  responses: { 200: { responseTemplates: { 'application/json': name } } },
});

const METHODS: readonly MethodSettings[] = [
  { path: '/open', httpMethod: 'GET', integration: MOCK_200 },
  { path: '/locked', httpMethod: 'GET', apiKeyRequired: true, integration: MOCK_200 },
  named('/pets/{id}', "pet $input.params('id')"),
  named('/pets/mine', 'mine'),
  named('/files/{path+}', "file $input.params('path')"),
  named('/any', 'any $context.httpMethod', 'ANY'),
  {
    path: '/any',
    httpMethod: 'OPTIONS',
    integration: MOCK_200,
    responses: {
      200: {
        responseParameters: {
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Methods': "'POST,OPTIONS'",
          'method.response.header.Access-Control-Allow-Headers': "'Content-Type,X-Api-Key'",
        },
      },
    },
  },
  {
    path: '/status',
    httpMethod: 'GET',
    integration: {
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": $input.params("s")}' },
    },
    responses: {
      200: {},
      404: { selectionPattern: '4\\d{2}', responseTemplates: { 'application/json': '{"gone": true}' } },
    },
  },
  {
    path: '/careless',
    httpMethod: 'GET',
    integration: { type: 'MOCK', requestTemplates: { 'application/json': '{statusCode: 200}' } },
  },
  { path: '/wordless', httpMethod: 'GET', integration: { type: 'MOCK' } },
  {
    path: '/broken',
    httpMethod: 'GET',
    integration: { ...MOCK_200, requestTemplates: { 'application/json': '#if($x' } },
  },
  {
    path: '/overridden',
    httpMethod: 'GET',
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
  },
];

let gateway: TestGateway;
let api: TestApi;
const keys = new Map<string, string>();

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  for (const method of METHODS) await api.method(method);
  await api.deploy();
  await api.method({ path: '/later', httpMethod: 'GET', integration: MOCK_200 });
  const apiStages = [{ apiId: api.restApiId, stage: 'test' }];
  await createKey('good', { apiStages });
  await createKey('disabled', { apiStages }, false);
  await createKey('planless');
  await createKey('stageless', {});
  await createKey('slow', { apiStages, throttle: { burstLimit: 1, rateLimit: 0.01 } });
  await createKey('counted', { apiStages, quota: { limit: 1, offset: 0, period: 'DAY' } });
});

afterAll(() => gateway.stop());

async function createKey(
  name: string,
  plan?: Partial<CreateUsagePlanCommandInput>,
  enabled = true,
): Promise<void> {
  const { client } = gateway;
  const { id: keyId, value = '' } = await client.send(new CreateApiKeyCommand({ name, enabled }));
  keys.set(name, value);
  if (!plan) return;
  const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name, ...plan }));
  await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
}

test.each([...ACCESS, ...ROUTING, ...MOCKS])('$case is answered $status ($evidence)', (row) =>
  expectAnswer({ gateway, api }, row, row.key && keys.get(row.key)),
);
