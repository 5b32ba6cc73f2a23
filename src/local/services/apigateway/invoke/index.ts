import type { WireRequest, WireResponse } from '../../../wire/http.js';
import type { Functions } from '../../ports.js';
import { keyOf, type Deployment, type Gateway, type Integration } from '../state.js';
import { admit } from './access.js';
import { readAddress, type Address } from './address.js';
import { createContext, newIds, traceIdOf, type Exchange, type ExchangeIds } from './exchange.js';
import { describeGatewayResponse, GatewayResponse } from './gateway-response.js';
import { mapIntegrationResponse } from './integration-response.js';
import { createPatterns, PatternError, type JavaPatterns } from './java-regex.js';
import { callLambda } from './lambda.js';
import { callLambdaProxy } from './lambda-proxy.js';
import { createMapper, openOverrides, type Mapper } from './mapping.js';
import { readMethodRequest } from './method-request.js';
import { callMock } from './mock.js';
import { createRouter, type Router } from './router.js';
import { BodyError } from './template/input.js';
import { createParser } from './template/syntax.js';
import { TemplateError } from './template/values.js';
import { createThrottle, type Throttle } from './throttle.js';
import { createTimeBox } from './time-box.js';

/** The largest body that a deployed API takes (aws-facts 7.6). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

interface Tools {
  readonly gateway: Gateway;
  readonly functions: Functions;
  readonly throttle: Throttle;
  readonly patterns: JavaPatterns;
  readonly mapper: Mapper;
  readonly routerOf: (deployment: Deployment) => Router;
}

/** The deployed APIs: answers what is for one of them, and leaves all other requests alone. */
export function openDataPlane(
  gateway: Gateway,
  functions: Functions,
): (request: WireRequest) => Promise<WireResponse> | undefined {
  const timeBox = createTimeBox();
  const patterns = createPatterns(timeBox);
  const routers = new WeakMap<Deployment, Router>();
  const tools: Tools = {
    gateway,
    functions,
    throttle: createThrottle(gateway.world.clock),
    patterns,
    mapper: createMapper({ parse: createParser(timeBox), patterns }),
    routerOf: (deployment) => {
      const router = routers.get(deployment) ?? createRouter(deployment.resources);
      routers.set(deployment, router);
      return router;
    },
  };
  return (request) => {
    const address = readAddress(request);
    return address && answer(tools, request, address);
  };
}

async function answer(tools: Tools, request: WireRequest, address: Address): Promise<WireResponse> {
  const ids = newIds();
  try {
    const exchange = open(tools, request, address, ids);
    admit(tools.gateway, tools.throttle, exchange);
    return withHeaders(await integrate(tools, exchange), ids);
  } catch (error) {
    return withHeaders(describeGatewayResponse(toGatewayResponse(error)), ids);
  }
}

/** Finds what a request is for. The stage's deployment is what counts, not the API as it is now. */
function open(
  { gateway, routerOf }: Tools,
  request: WireRequest,
  address: Address,
  ids: ExchangeIds,
): Exchange {
  const { apiId, stageName, path } = address;
  const stage = gateway.stages.get(keyOf(apiId, stageName));
  const deployment = stage && gateway.deployments.get(keyOf(apiId, stage.deploymentId));
  const restApi = gateway.restApis.get(apiId);
  // What AWS says of a stage or an API that does not exist is not established (aws-facts 7.3).
  if (!deployment || !restApi || restApi.disableExecuteApiEndpoint)
    throw new GatewayResponse('ACCESS_DENIED');
  if (request.body.length > MAX_BODY_BYTES) throw new GatewayResponse('REQUEST_TOO_LARGE');
  const route = routerOf(deployment)(request.method, path);
  if (!route) throw new GatewayResponse('MISSING_AUTHENTICATION_TOKEN');
  const { resource, method, pathParameters } = route;
  const served = {
    restApi: deployment.restApi,
    stageName,
    deploymentId: deployment.id,
    variables: stage.variables ?? {},
  };
  const methodRequest = readMethodRequest(request, { path, pathParameters });
  const exchange = { ids, served, resource, method, request: methodRequest };
  return { ...exchange, context: createContext(gateway.world, exchange, address) };
}

async function integrate(tools: Tools, exchange: Exchange): Promise<WireResponse> {
  const integration = exchange.method.methodIntegration;
  if (!integration) throw new GatewayResponse('API_CONFIGURATION_ERROR');
  const traceId = traceIdOf(exchange, tools.gateway.world.clock.now());
  openOverrides(exchange.context);
  const response = await withinTimeout(integration, callBackend(tools, exchange, integration));
  // A mock has no trace (aws-facts 7.1).
  if (integration.type === 'MOCK') return response;
  return { ...response, headers: { 'X-Amzn-Trace-Id': traceId, ...response.headers } };
}

async function callBackend(
  tools: Tools,
  exchange: Exchange,
  integration: Integration,
): Promise<WireResponse> {
  const backend = { world: tools.gateway.world, functions: tools.functions, mapper: tools.mapper };
  switch (integration.type) {
    case 'MOCK': {
      const result = callMock(exchange, integration, tools.mapper);
      return mapIntegrationResponse(exchange, integration, result, tools);
    }
    case 'AWS': {
      const result = await callLambda(exchange, integration, backend);
      return mapIntegrationResponse(exchange, integration, result, tools);
    }
    case 'AWS_PROXY':
      return callLambdaProxy(exchange, integration, backend);
    case 'HTTP':
    case 'HTTP_PROXY':
      throw new GatewayResponse(
        'NOT_SERVED_HERE',
        'The local AWS does not serve integrations with HTTP endpoints.',
      );
  }
}

/** The function goes on after a time-out, but nobody waits for it. */
async function withinTimeout<T>({ timeoutInMillis }: Integration, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GatewayResponse('INTEGRATION_TIMEOUT')), timeoutInMillis);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function toGatewayResponse(error: unknown): GatewayResponse {
  if (error instanceof GatewayResponse) return error;
  // AWS documents 400 for a body that a template cannot read as JSON (aws-facts 7.3).
  if (error instanceof BodyError)
    return new GatewayResponse('BAD_REQUEST_BODY', 'Invalid JSON in request body');
  if (error instanceof TemplateError || error instanceof PatternError) {
    return new GatewayResponse('API_CONFIGURATION_ERROR');
  }
  return new GatewayResponse('INTEGRATION_FAILURE');
}

const withHeaders = (
  response: WireResponse,
  { requestId, extendedRequestId }: ExchangeIds,
): WireResponse => ({
  ...response,
  headers: { ...response.headers, 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': extendedRequestId },
});
