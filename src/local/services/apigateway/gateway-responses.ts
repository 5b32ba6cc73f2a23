import * as v from 'valibot';
import { oneOf } from '../constraints.js';
import type { Operation } from '../service.js';
import { badRequest, notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { invalidPath, patchOperations, segmentsOf, withEntry, type PatchOperation } from './patch.js';
import { findRestApi } from './rest-apis.js';
import { query, restApiPath, statusCode, textMap } from './schemas.js';
import { entryOf, keyOf, without, type CustomResponse, type Gateway } from './state.js';

/** AWS's kinds in the order in which it recites them, with their statuses (recorded: test_gateway_response_crud). */
const STATUSES = {
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  MISSING_AUTHENTICATION_TOKEN: '403',
  BAD_REQUEST_BODY: '400',
  INVALID_SIGNATURE: '403',
  INVALID_API_KEY: '403',
  BAD_REQUEST_PARAMETERS: '400',
  AUTHORIZER_FAILURE: '500',
  UNAUTHORIZED: '401',
  INTEGRATION_TIMEOUT: '504',
  ACCESS_DENIED: '403',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  WAF_FILTERED: '403',
  QUOTA_EXCEEDED: '429',
  THROTTLED: '429',
  API_CONFIGURATION_ERROR: '500',
  UNSUPPORTED_MEDIA_TYPE: '415',
  INTEGRATION_FAILURE: '504',
  EXPIRED_TOKEN: '403',
} as const satisfies Record<string, string | undefined>;

type ResponseType = keyof typeof STATUSES;

const TYPES = Object.keys(STATUSES).filter((name): name is ResponseType => Object.hasOwn(STATUSES, name));

const DEFAULT_TEMPLATES = { 'application/json': '{"message":$context.error.messageString}' };

const responsePath = { ...restApiPath, responseType: oneOf(TYPES) };

export function gatewayResponseOperations(gateway: Gateway): Operation[] {
  const { gatewayResponses } = gateway;
  const route = '/restapis/:restApiId/gatewayresponses';
  const put = (response: CustomResponse): object => {
    gatewayResponses.put(keyOf(response.apiId, response.responseType), response);
    return describeCustom(response);
  };
  return [
    gatewayOperation({
      name: 'PutGatewayResponse',
      route: `PUT ${route}/:responseType`,
      status: 201,
      input: v.object({
        statusCode: v.optional(statusCode),
        responseParameters: v.optional(textMap, {}),
        responseTemplates: v.optional(textMap, DEFAULT_TEMPLATES),
        ...responsePath,
      }),
      run: ({ restApiId, responseType, ...given }) => {
        findRestApi(gateway, restApiId);
        checkNames(given.responseParameters);
        const code = given.statusCode ?? STATUSES[responseType];
        return put({ ...given, apiId: restApiId, responseType, statusCode: code });
      },
    }),
    gatewayOperation({
      name: 'GetGatewayResponses',
      route: `GET ${route}`,
      input: v.object({ ...restApiPath, limit: query, position: query }),
      run: ({ restApiId, limit, position }) => {
        findRestApi(gateway, restApiId);
        // All of them fit on a page: AWS's page is larger for this list (recorded).
        return paginate(
          TYPES.map((type) => describe(gateway, restApiId, type)),
          { sortKey: ({ responseType }) => responseType, limit, position },
        );
      },
    }),
    gatewayOperation({
      name: 'GetGatewayResponse',
      route: `GET ${route}/:responseType`,
      input: v.object(responsePath),
      run: ({ restApiId, responseType }) => {
        findRestApi(gateway, restApiId);
        return describe(gateway, restApiId, responseType);
      },
    }),
    gatewayOperation({
      name: 'UpdateGatewayResponse',
      route: `PATCH ${route}/:responseType`,
      input: v.object({ patchOperations, ...responsePath }),
      run: ({ restApiId, responseType, patchOperations: patches }) => {
        findRestApi(gateway, restApiId);
        const before = gatewayResponses.get(keyOf(restApiId, responseType)) ?? {
          apiId: restApiId,
          ...defaultOf(responseType),
        };
        return put(patches.reduce(patchResponse, before));
      },
    }),
    gatewayOperation({
      name: 'DeleteGatewayResponse',
      route: `DELETE ${route}/:responseType`,
      status: 202,
      input: v.object(responsePath),
      run: ({ restApiId, responseType }) => {
        findRestApi(gateway, restApiId);
        const key = keyOf(restApiId, responseType);
        if (!gatewayResponses.get(key)) throw notFound('Gateway response type not defined on api');
        gatewayResponses.delete(key);
      },
    }),
  ];
}

export const gatewayResponsesOf = ({ gatewayResponses }: Gateway, restApiId: string): CustomResponse[] =>
  gatewayResponses.values().filter(({ apiId }) => apiId === restApiId);

/** The response that an API has made its own for a kind, or for the kind's whole class (recorded: test_gateway_response_put). */
export function customResponseFor(
  custom: readonly CustomResponse[],
  type: string,
  status: number,
): CustomResponse | undefined {
  const family = status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  return (
    custom.find(({ responseType }) => responseType === type) ??
    custom.find(({ responseType }) => responseType === family)
  );
}

const defaultOf = (responseType: ResponseType) => ({
  responseType,
  statusCode: STATUSES[responseType],
  responseParameters: {},
  responseTemplates: DEFAULT_TEMPLATES,
});

const describeCustom = (response: CustomResponse): object => ({
  ...without(response, 'apiId'),
  defaultResponse: false,
});

function describe(gateway: Gateway, restApiId: string, responseType: ResponseType) {
  const custom = gatewayResponsesOf(gateway, restApiId);
  const own = custom.find((each) => each.responseType === responseType);
  if (own) return { ...describeCustom(own), responseType };
  const preset = defaultOf(responseType);
  const inherited =
    preset.statusCode === undefined
      ? undefined
      : customResponseFor(custom, responseType, Number(preset.statusCode));
  const { statusCode = preset.statusCode, responseParameters, responseTemplates } = inherited ?? preset;
  return { responseType, statusCode, responseParameters, responseTemplates, defaultResponse: true };
}

/** The words are not established. */
function checkNames(parameters: Readonly<Record<string, string>>): void {
  const wrong = Object.keys(parameters).find((name) => !/^gatewayresponse\.header\..+$/.test(name));
  if (wrong !== undefined) throw badRequest(`Invalid mapping expression specified: ${wrong}`);
}

/** One patch of UpdateGatewayResponse (recorded: test_update_gateway_response). */
function patchResponse(response: CustomResponse, patch: PatchOperation): CustomResponse {
  const [setting, key, ...more] = segmentsOf(patch);
  if (more.length > 0) throw invalidPath(patch);
  if (setting === 'statusCode' && key === undefined && patch.op === 'replace') {
    if (!/^[1-5]\d\d$/.test(patch.value ?? '')) throw badRequest('Invalid status code specified');
    return { ...response, statusCode: patch.value ?? '' };
  }
  if (key === undefined) throw invalidPath(patch);
  if (setting === 'responseParameters') {
    const responseParameters = patchMap(response, setting, key, patch);
    checkNames(responseParameters);
    return { ...response, responseParameters };
  }
  if (setting !== 'responseTemplates') throw invalidPath(patch);
  return { ...response, responseTemplates: patchMap(response, setting, key, patch) };
}

function patchMap(
  response: CustomResponse,
  setting: 'responseParameters' | 'responseTemplates',
  key: string,
  patch: PatchOperation,
): Record<string, string> {
  const map = response[setting];
  if (!['add', 'replace', 'remove'].includes(patch.op)) throw invalidPath(patch);
  if (patch.op !== 'add' && entryOf(map, key) === undefined) {
    throw notFound(
      setting === 'responseParameters'
        ? 'Invalid parameter name specified'
        : 'Content-Type specified was not found',
    );
  }
  if (patch.op === 'remove') return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
  if (!patch.value) throw badRequest(`Invalid null or empty value in ${setting}`);
  return withEntry(map, key, patch.value);
}
