import { createTimeBox } from '../../../time-box.js';
import type { WireRequest, WireResponse } from '../../../wire/http.js';
import type { UnsignedPlane } from '../../service.js';
import { keyOf, type Deployment, type Gateway } from '../state.js';
import { admit } from './access.js';
import { readAddress, type Address } from './address.js';
import { createContext, newIds, type Exchange, type ExchangeIds } from './exchange.js';
import { describeGatewayResponse, GatewayResponse } from './gateway-response.js';
import { integrate, toGatewayResponse, type IntegrationTools } from './integrate.js';
import { createPatterns } from './java-regex.js';
import type { Backend } from './lambda.js';
import { createMapper } from './mapping.js';
import { readMethodRequest } from './method-request.js';
import { createRouter, type Router } from './router.js';
import { createParser } from './template/syntax.js';
import { createThrottle, type Throttle } from './throttle.js';

/** The largest body that a deployed API takes (aws-facts 7.6). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

interface Tools extends IntegrationTools {
  readonly gateway: Gateway;
  readonly throttle: Throttle;
  readonly routerOf: (deployment: Deployment) => Router;
}

/** What integrations need, made once. */
export function createIntegrationTools(backend: Backend): IntegrationTools {
  const timeBox = createTimeBox();
  const patterns = createPatterns(timeBox);
  return { ...backend, patterns, mapper: createMapper({ parse: createParser(timeBox), patterns }) };
}

/** The deployed APIs. */
export function openDataPlane(gateway: Gateway, integrationTools: IntegrationTools): UnsignedPlane {
  const routers = new WeakMap<Deployment, Router>();
  const tools: Tools = {
    ...integrationTools,
    gateway,
    throttle: createThrottle(gateway.world.clock),
    routerOf: (deployment) => {
      const router = routers.get(deployment) ?? createRouter(deployment.resources);
      routers.set(deployment, router);
      return router;
    },
  };
  return (request) => {
    const address = readAddress(request);
    if (!address) return undefined;
    return {
      service: 'execute-api',
      operation: 'Invoke',
      answer: () => answer(tools, request, address),
    };
  };
}

async function answer(tools: Tools, request: WireRequest, address: Address): Promise<WireResponse> {
  const ids = newIds();
  try {
    const exchange = open(tools, request, address, ids);
    admit(tools.gateway, tools.throttle, exchange);
    return withIds(await integrate(tools, exchange), ids);
  } catch (error) {
    return withIds(describeGatewayResponse(toGatewayResponse(error)), ids);
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
  return {
    ...exchange,
    context: createContext(gateway.world, exchange, `/${stageName}${address.pathAsSent}`),
  };
}

const withIds = (response: WireResponse, { requestId, extendedRequestId }: ExchangeIds): WireResponse => ({
  ...response,
  headers: { ...response.headers, 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': extendedRequestId },
});
