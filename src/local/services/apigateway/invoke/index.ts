import { once } from '../../../memo.js';
import { createTimeBox } from '../../../time-box.js';
import type { WireRequest, WireResponse } from '../../../wire/http.js';
import type { UnsignedPlane } from '../../service.js';
import { drawDeployment, type Draw } from '../canary.js';
import { keyOf, type Deployment, type Gateway } from '../state.js';
import { admit } from './access.js';
import { readAddress, type Address } from './address.js';
import { customise } from './custom-response.js';
import { createContext, newIds, type ExchangeIds, type Visit } from './exchange.js';
import { describeGatewayResponse, GatewayResponse } from './gateway-response.js';
import { integrate, toGatewayResponse, type IntegrationTools } from './integrate.js';
import { createPatterns } from './java-regex.js';
import type { Backend } from './lambda.js';
import { createMapper } from './mapping.js';
import { readMethodRequest } from './method-request.js';
import { createRouter, type Route, type Router } from './router.js';
import { createParser } from './template/syntax.js';
import { WORK_LIMITS } from './template/work.js';
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
  const mapper = createMapper({ parse: createParser(timeBox), patterns, limits: WORK_LIMITS });
  return { ...backend, patterns, mapper };
}

/** The deployed APIs. */
export function openDataPlane(gateway: Gateway, integrationTools: IntegrationTools): UnsignedPlane {
  const tools: Tools = {
    ...integrationTools,
    gateway,
    throttle: createThrottle(gateway.world.clock),
    routerOf: once((deployment) => createRouter(deployment.resources)),
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
  const serving = findServing(tools.gateway, address);
  // What AWS says of a stage or an API that does not exist is not established (aws-facts 7.3).
  if (!serving) return withIds(describeGatewayResponse(new GatewayResponse('ACCESS_DENIED')), ids);
  const { deployment } = serving;
  const route = tools.routerOf(deployment)(request.method, address.path);
  const visit = receive(tools.gateway, serving, { request, address, ids, route });
  try {
    if (request.body.length > MAX_BODY_BYTES) throw new GatewayResponse('REQUEST_TOO_LARGE');
    if (!route) throw new GatewayResponse('MISSING_AUTHENTICATION_TOKEN');
    const exchange = { ...visit, resource: route.resource, method: route.method };
    admit(tools.gateway, tools.throttle, exchange);
    return withIds(await integrate(tools, exchange), ids);
  } catch (error) {
    return withIds(customise(deployment.gatewayResponses, toGatewayResponse(error), visit), ids);
  }
}

/** What a stage serves to one request. The stage's deployment is what counts, not the API as it is now. */
interface Serving {
  readonly deployment: Deployment;
  readonly draw: Draw;
}

function findServing(gateway: Gateway, { apiId, stageName }: Address): Serving | undefined {
  const stage = gateway.stages.get(keyOf(apiId, stageName));
  const draw = stage && drawDeployment(stage);
  const deployment = draw && gateway.deployments.get(keyOf(apiId, draw.deploymentId));
  const isOpen = gateway.restApis.get(apiId)?.disableExecuteApiEndpoint === false;
  return deployment && isOpen ? { deployment, draw } : undefined;
}

function receive(
  gateway: Gateway,
  { deployment, draw }: Serving,
  sent: { request: WireRequest; address: Address; ids: ExchangeIds; route: Route | undefined },
): Visit {
  const { request, address, ids, route } = sent;
  const { path, stageName } = address;
  const { restApi, models, requestValidators, id: deploymentId } = deployment;
  const served = { restApi, models, requestValidators, stageName, deploymentId, variables: draw.variables };
  const pathParameters = route?.pathParameters ?? new Map<string, string>();
  const visit = { ids, served, request: readMethodRequest(request, { path, pathParameters }) };
  const context = createContext(
    gateway.world,
    { ...visit, resource: route?.resource },
    `/${stageName}${address.pathAsSent}`,
  );
  if (draw.isCanary !== undefined) context.set('isCanaryRequest', draw.isCanary);
  return { ...visit, context };
}

const withIds = (response: WireResponse, { requestId, extendedRequestId }: ExchangeIds): WireResponse => ({
  ...response,
  headers: { ...response.headers, 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': extendedRequestId },
});
