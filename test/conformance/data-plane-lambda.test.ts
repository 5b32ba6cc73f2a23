import { DeleteMethodResponseCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, test } from '@jest/globals';
import { AwsError } from '../../src/local/errors.js';
import { expectAnswer, INTERNAL, UNSUPPORTED, type Row } from '../_helpers/data-plane.js';
import {
  createTestApi,
  FUNCTION_ARN,
  FUNCTION_URI,
  LAMBDA,
  startTestGateway,
  type MethodSettings,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

const failing = (errorMessage: string) => () => ({
  payload: Buffer.from(JSON.stringify({ errorType: 'Error', errorMessage, trace: [] })),
  functionError: 'Unhandled',
});
const refusing = (code: string, status: number, message: string) => () =>
  Promise.reject(new AwsError({ code, status, message }));
const errorText = (errorMessage: string): string =>
  JSON.stringify({ errorType: 'Error', errorMessage, trace: [] });

const REMAPPING = 'recorded: test_apigateway_header_remapping_aws (Content-Length 36)';
const PATTERNS = 'recorded: test_lambda_selection_patterns';
const PASSTHROUGH = 'developer guide, "Integration passthrough behaviors"';
const TEMPLATES = 'developer guide, "Mapping template variables"';

const echo = { status: 200, isTraced: true } as const;

/** Not to be parsed and printed on the way: neither digits nor spaces would stay. */
const NUMBERS = '{ "n": 12345678901234567890.10,\n "s": "é" }';

const LAMBDAS: readonly Row[] = [
  {
    case: 'a body without template',
    evidence: 'recorded: test_lambda_aws_integration',
    path: '/lambda',
    body: NUMBERS,
    ...echo,
    text: NUMBERS,
  },
  {
    case: 'an empty body',
    evidence: 'recorded: test_input_body_formatting',
    path: '/lambda',
    body: '',
    ...echo,
    text: '{}',
  },
  {
    case: 'a permission that is missing',
    evidence: `developer guide, "Invalid permissions on Lambda function"; ${REMAPPING}`,
    path: '/lambda',
    isAllowed: false,
    ...INTERNAL,
  },
  {
    case: 'a function that is gone',
    evidence: REMAPPING,
    path: '/lambda',
    reply: refusing('ResourceNotFoundException', 404, 'Function not found'),
    ...INTERNAL,
  },
  {
    case: 'a throttled function',
    evidence: REMAPPING,
    path: '/lambda',
    reply: refusing('TooManyRequestsException', 429, 'Rate Exceeded.'),
    ...INTERNAL,
  },
  {
    case: 'a body that is not JSON',
    evidence: 'reports: serverless/serverless#2270, podaac/hydrocron#64',
    path: '/lambda',
    body: 'nonsense',
    reply: refusing('InvalidRequestContentException', 400, 'Could not parse request body into json'),
    status: 400,
    text: '{"message": "Could not parse request body into json"}',
    errorType: 'BadRequestException',
  },
  {
    case: 'a body that its template cannot read',
    evidence: `${TEMPLATES}: $input.json may end in 400`,
    path: '/types/json/NEVER',
    body: '{nonsense',
    status: 400,
    text: '{"message": "Invalid JSON in request body"}',
    errorType: 'BadRequestException',
  },
  {
    case: 'more than 10 MB',
    evidence: 'developer guide, quotas and gateway response REQUEST_TOO_LARGE; the text by reports',
    path: '/lambda',
    body: ' '.repeat(10 * 1024 * 1024 + 1),
    status: 413,
    text: '{"message":"Request Too Long"}',
    errorType: 'RequestTooLargeException',
  },
  {
    case: 'a function that takes too long',
    evidence: 'reports: ks888/LambStatus#36, DataBiosphere/azul#6284',
    path: '/slow',
    reply: () => new Promise(() => undefined),
    status: 504,
    text: '{"message": "Endpoint request timed out"}',
    errorType: 'InternalServerErrorException',
  },
  {
    case: 'a function error with only the default response',
    evidence: 'developer guide, "Handle Lambda errors"',
    path: '/lambda',
    reply: failing('boom'),
    ...echo,
    text: errorText('boom'),
  },
  {
    case: 'a success beside patterns',
    evidence: PATTERNS,
    path: '/patterns',
    reply: () => ({ payload: Buffer.from('"Pass"') }),
    ...echo,
    text: '"Pass"',
  },
  {
    case: 'an error that two patterns fit',
    evidence: PATTERNS,
    path: '/patterns',
    reply: failing('Error: Raising four hundred'),
    isTraced: true,
    status: 405,
    text: errorText('Error: Raising four hundred'),
  },
  {
    case: 'an error that one pattern fits',
    evidence: PATTERNS,
    path: '/patterns',
    reply: failing('Error: Raising five hundred'),
    isTraced: true,
    status: 502,
    text: errorText('Error: Raising five hundred'),
  },
  {
    case: 'no pattern that fits and no default',
    evidence: 'developer guide, gateway response API_CONFIGURATION_ERROR',
    path: '/no-default',
    ...INTERNAL,
  },
  {
    case: 'a status without method response',
    evidence: 'developer guide, "Output mapping refers to an invalid method response"',
    path: '/unlisted',
    ...INTERNAL,
  },
  {
    case: 'a response template, and a header from the body',
    evidence: 'recorded: test_input_path_template_formatting; developer guide, "Parameter mapping"',
    path: '/mapped',
    body: '{"list":[{"a":1}],"map":{"foo":"bar"},"s":"x"}',
    ...echo,
    text: '[{"a":1}] {foo=bar} x []',
    answered: { 'x-s': 'x' },
  },
  {
    case: 'an invocation as an event',
    evidence: 'developer guide, "Set up asynchronous invocation"',
    path: '/event',
    ...echo,
    text: '',
  },
  {
    case: 'a header that an integration may not set',
    evidence: REMAPPING,
    path: '/forbidden-header',
    ...INTERNAL,
  },
  {
    case: 'a function that a stage variable names',
    evidence: 'developer guide, "Stage variables reference"',
    path: '/by-variable',
    body: '{}',
    ...echo,
    text: '{}',
  },
];

const AS_IS = '{"a":1}';
const MAPPED = '{"mapped": {"a":1}}';

const TEMPLATES_FOR = {
  none: {},
  json: { 'application/json': '{"mapped": $input.json("$")}' },
  xml: { 'application/xml': '{"mapped": 1}' },
};

/** Templates for, behavior, content type, outcome. */
const TYPES: readonly Row[] = (
  [
    ['none', 'WHEN_NO_MATCH', 'text/plain', AS_IS],
    ['none', 'WHEN_NO_TEMPLATES', 'text/plain', AS_IS],
    ['none', 'NEVER', 'application/json', undefined],
    ['json', 'WHEN_NO_MATCH', 'application/json', MAPPED],
    ['json', 'WHEN_NO_MATCH', 'application/json; charset=utf-8', MAPPED],
    ['json', 'WHEN_NO_MATCH', '', MAPPED],
    ['json', 'WHEN_NO_MATCH', 'application/xml', AS_IS],
    ['json', 'WHEN_NO_TEMPLATES', 'application/json', MAPPED],
    ['json', 'WHEN_NO_TEMPLATES', 'application/xml', undefined],
    ['json', 'NEVER', 'application/json', MAPPED],
    ['json', 'NEVER', 'application/xml', undefined],
    ['json', 'NEVER', 'application/x-www-form-urlencoded', undefined],
    ['xml', 'WHEN_NO_MATCH', 'application/json', AS_IS],
    ['xml', 'WHEN_NO_TEMPLATES', '', undefined],
    ['xml', 'NEVER', 'application/json', undefined],
  ] as const
).map(([templates, behavior, contentType, text]) => ({
  case: `templates for ${templates}, ${behavior}, ${contentType || 'no content type'}`,
  evidence: PASSTHROUGH,
  path: `/types/${templates}/${behavior}`,
  headers: contentType === '' ? {} : { 'content-type': contentType },
  body: AS_IS,
  ...(text === undefined ? UNSUPPORTED : { ...echo, text }),
}));

const METHODS: readonly MethodSettings[] = [
  { path: '/lambda', integration: LAMBDA },
  { path: '/slow', integration: { ...LAMBDA, timeoutInMillis: 50 } },
  {
    path: '/patterns',
    integration: LAMBDA,
    responses: {
      200: { selectionPattern: '' },
      405: { selectionPattern: '.*four hundred.*' },
      502: { selectionPattern: '.+' },
      504: { selectionPattern: '200' },
    },
  },
  { path: '/no-default', integration: LAMBDA, responses: { 400: { selectionPattern: 'x' } } },
  { path: '/unlisted', integration: LAMBDA },
  {
    path: '/mapped',
    integration: LAMBDA,
    responses: {
      200: {
        responseParameters: { 'method.response.header.X-S': 'integration.response.body.s' },
        responseTemplates: {
          'application/json':
            "$input.path('$.list') $input.path('$.map') $input.path('$.s') [$input.path('$.missing')]",
        },
      },
    },
  },
  {
    path: '/event',
    integration: {
      ...LAMBDA,
      requestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
    },
  },
  {
    path: '/forbidden-header',
    integration: { ...LAMBDA, requestParameters: { 'integration.request.header.Authorization': "'x'" } },
  },
  {
    path: '/by-variable',
    integration: { ...LAMBDA, uri: FUNCTION_URI.replace(FUNCTION_ARN, '${stageVariables.name}') },
  },
  ...['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'].flatMap((passthroughBehavior) =>
    Object.entries(TEMPLATES_FOR).map(([name, requestTemplates]) => ({
      path: `/types/${name}/${passthroughBehavior}`,
      integration: { ...LAMBDA, passthroughBehavior, requestTemplates },
    })),
  ),
];

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  for (const method of METHODS) await api.method(method);
  const { restApiId } = api;
  const unlisted = { restApiId, resourceId: await api.resourceId('/unlisted'), httpMethod: 'POST' };
  await gateway.client.send(new DeleteMethodResponseCommand({ ...unlisted, statusCode: '200' }));
  await api.deploy();
  await gateway.client.send(
    new UpdateStageCommand({
      restApiId,
      stageName: 'test',
      patchOperations: [{ op: 'replace', path: '/variables/name', value: FUNCTION_ARN }],
    }),
  );
});

afterAll(() => gateway.stop());

test.each([...LAMBDAS, ...TYPES])('$case is answered $status ($evidence)', (row) =>
  expectAnswer({ gateway, api }, { method: 'POST', ...row }),
);
