import {
  DeleteGatewayResponseCommand,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  PutGatewayResponseCommand,
  UpdateGatewayResponseCommand,
  type GatewayResponseType,
  type PatchOperation,
  type PutGatewayResponseCommandInput,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { claim } from '../_helpers/conformance.js';
import { createTestApi, startTestGateway, type TestApi, type TestGateway } from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
});

afterAll(() => gateway.stop());

const MISSING = 'MISSING_AUTHENTICATION_TOKEN';
const at = (responseType: GatewayResponseType) => ({ restApiId: api.restApiId, responseType });
const get = (responseType: GatewayResponseType) =>
  gateway.client.send(new GetGatewayResponseCommand(at(responseType)));
const put = (responseType: GatewayResponseType, input: Partial<PutGatewayResponseCommandInput> = {}) =>
  gateway.client.send(new PutGatewayResponseCommand({ ...at(responseType), ...input }));
const update = (...patchOperations: PatchOperation[]) =>
  gateway.client.send(new UpdateGatewayResponseCommand({ ...at('DEFAULT_4XX'), patchOperations }));
const remove = (responseType: GatewayResponseType) =>
  gateway.client.send(new DeleteGatewayResponseCommand(at(responseType)));
const badRequest = (message: string) => ({ name: 'BadRequestException', status: 400, message });
const notFound = (message: string) => ({ name: 'NotFoundException', status: 404, message });

const PRESET = {
  responseParameters: {},
  responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
};
const HEADER = { 'gatewayresponse.header.x-a': 'method.request.header.Accept' };
const CRUD = 'recorded: test_gateway_response_crud';
const PUT = 'recorded: test_gateway_response_put';
const UPDATE = 'recorded: test_update_gateway_response';
const VALIDATION = 'recorded: test_gateway_response_validation';

const STATUSES = {
  ACCESS_DENIED: '403',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  BAD_REQUEST_BODY: '400',
  BAD_REQUEST_PARAMETERS: '400',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: '403',
  INTEGRATION_FAILURE: '504',
  INTEGRATION_TIMEOUT: '504',
  INVALID_API_KEY: '403',
  INVALID_SIGNATURE: '403',
  MISSING_AUTHENTICATION_TOKEN: '403',
  QUOTA_EXCEEDED: '429',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};

describe('a gateway response', () => {
  claim([
    {
      what: 'has a default of each kind',
      evidence: CRUD,
      call: () => gateway.client.send(new GetGatewayResponsesCommand({ restApiId: api.restApiId })),
      answer: {
        items: Object.entries(STATUSES).map(([responseType, statusCode]) => ({
          responseType,
          statusCode,
          defaultResponse: true,
          ...PRESET,
        })),
      },
    },
    {
      what: 'is put with a status alone',
      evidence: PUT,
      call: () => put(MISSING, { statusCode: '404' }),
      status: 201,
      answer: { responseType: MISSING, statusCode: '404', defaultResponse: false, ...PRESET },
    },
    {
      what: 'is put with parameters alone, in the place of what was there',
      evidence: PUT,
      call: () => put(MISSING, { responseParameters: HEADER }),
      status: 201,
      answer: {
        responseType: MISSING,
        statusCode: '403',
        defaultResponse: false,
        ...PRESET,
        responseParameters: HEADER,
      },
    },
    { what: 'goes', evidence: CRUD, call: () => remove(MISSING), status: 202 },
    {
      what: 'is the default again',
      evidence: CRUD,
      call: () => get(MISSING),
      answer: { responseType: MISSING, statusCode: '403', defaultResponse: true, ...PRESET },
    },
    {
      what: 'goes once',
      evidence: VALIDATION,
      call: () => remove(MISSING),
      error: notFound('Gateway response type not defined on api'),
    },
    {
      what: 'for all of a class is put',
      evidence: PUT,
      call: () => put('DEFAULT_5XX', { statusCode: '599', responseParameters: HEADER }),
      status: 201,
      answer: {
        responseType: 'DEFAULT_5XX',
        statusCode: '599',
        defaultResponse: false,
        ...PRESET,
        responseParameters: HEADER,
      },
    },
    {
      what: 'follows its class',
      evidence: PUT,
      call: () => get('INTEGRATION_FAILURE'),
      answer: {
        responseType: 'INTEGRATION_FAILURE',
        statusCode: '599',
        defaultResponse: true,
        ...PRESET,
        responseParameters: HEADER,
      },
    },
    {
      what: 'of its own does not follow its class',
      evidence: PUT,
      call: () => put('AUTHORIZER_FAILURE'),
      status: 201,
      answer: { responseType: 'AUTHORIZER_FAILURE', statusCode: '500', defaultResponse: false, ...PRESET },
    },
    {
      what: 'comes to be by an update',
      evidence: UPDATE,
      call: () => update({ op: 'replace', path: '/statusCode', value: '444' }),
      answer: { responseType: 'DEFAULT_4XX', statusCode: '444', defaultResponse: false, ...PRESET },
    },
    {
      what: 'takes parameters and templates',
      evidence: UPDATE,
      call: () =>
        update(
          { op: 'add', path: '/responseParameters/gatewayresponse.header.x-a', value: "'b'" },
          { op: 'add', path: '/responseTemplates/application~1xml', value: '<a/>' },
        ),
      answer: {
        responseType: 'DEFAULT_4XX',
        statusCode: '444',
        defaultResponse: false,
        responseParameters: { 'gatewayresponse.header.x-a': "'b'" },
        responseTemplates: { ...PRESET.responseTemplates, 'application/xml': '<a/>' },
      },
    },
    {
      what: 'does not lose its status',
      evidence: UPDATE,
      call: () => update({ op: 'remove', path: '/statusCode' }),
      error: badRequest('Invalid patch path /statusCode'),
    },
    {
      what: 'replaces only what is there',
      evidence: UPDATE,
      call: () =>
        update({ op: 'replace', path: '/responseParameters/gatewayresponse.header.nope', value: "'x'" }),
      error: notFound('Invalid parameter name specified'),
    },
    {
      what: 'refuses another path',
      evidence: UPDATE,
      call: () => update({ op: 'replace', path: '/wrongPath', value: 'x' }),
      error: badRequest('Invalid patch path /wrongPath'),
    },
    {
      what: 'calls a missing path null',
      evidence: UPDATE,
      call: () => update({ op: 'add', value: "'x'" }),
      error: badRequest('Invalid patch path null'),
    },
    {
      what: 'takes no empty template',
      evidence: UPDATE,
      call: () => update({ op: 'replace', path: '/responseTemplates/application~1json' }),
      error: badRequest('Invalid null or empty value in responseTemplates'),
    },
    {
      what: 'takes no empty parameter',
      evidence: UPDATE,
      call: () => update({ op: 'replace', path: '/responseParameters/gatewayresponse.header.x-a' }),
      error: badRequest('Invalid null or empty value in responseParameters'),
    },
    {
      what: 'needs an API',
      evidence: VALIDATION,
      call: () => put(MISSING, { restApiId: 'nope' }),
      error: notFound('Invalid API identifier specified 000000000000:nope'),
    },
    {
      what: 'is of a known kind',
      evidence: VALIDATION,
      // @ts-expect-error: the model of the SDK knows no such kind.
      call: () => get('FAKE'),
      error: {
        name: 'ValidationException',
        status: 400,
        message:
          "1 validation error detected: Value 'FAKE' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]",
      },
    },
  ]);
});
