import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import type { WireResponse } from '../../wire/http.js';
import type { Operation } from '../service.js';
import { createContext, newIds, type Exchange } from './invoke/exchange.js';
import { describeGatewayResponse, type GatewayResponse } from './invoke/gateway-response.js';
import { integrate, toGatewayResponse, type IntegrationTools } from './invoke/integrate.js';
import { queryOf, type Pairs } from './invoke/method-request.js';
import { createRouter } from './invoke/router.js';
import { findMethod } from './methods.js';
import { modelsOf } from './models.js';
import { gatewayOperation } from './operation.js';
import { validatorsOf } from './request-validators.js';
import { findRestApi } from './rest-apis.js';
import { methodPath, text, textMap } from './schemas.js';
import type { Gateway } from './state.js';

/** The stage that stands in a permission's SourceArn for tests from the console. */
const TEST_STAGE = 'test-invoke-stage';
const MAX_BODY = 10 * 1024 * 1024;

const input = v.object({
  ...methodPath,
  pathWithQueryString: v.optional(text(8192), ''),
  body: v.optional(text(MAX_BODY), ''),
  headers: v.optional(textMap, {}),
  multiValueHeaders: v.optional(recordOf(v.string(), v.array(text(8192))), {}),
  stageVariables: v.optional(textMap, {}),
});

/**
 * TestInvokeMethod: the method as it is now, deployed or not, without API key and limits. The log has AWS's lines
 * (recorded: test_failed_invoke_test_method) without those about the backend.
 */
export function testInvokeOperations(gateway: Gateway, tools: IntegrationTools): Operation[] {
  return [
    gatewayOperation({
      name: 'TestInvokeMethod',
      route: 'POST /restapis/:restApiId/resources/:resourceId/methods/:httpMethod',
      input,
      run: async (asked) => {
        const exchange = openExchange(gateway, asked);
        const begun = gateway.world.clock.now();
        const { response, failure } = await integrate(tools, exchange).then(succeeded, failed);
        const headers = Object.entries(response.headers);
        return {
          status: response.status,
          body: response.body.toString(),
          headers: response.headers,
          multiValueHeaders: {
            ...Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
            ...response.repeatedHeaders,
          },
          latency: gateway.world.clock.now() - begun,
          log: logOf(exchange, { response, failure }, begun),
        };
      },
    }),
  ];
}

/** The client's answer, and why it is one of API Gateway's own. */
interface Outcome {
  readonly response: WireResponse;
  readonly failure: GatewayResponse | undefined;
}

const succeeded = (response: WireResponse): Outcome => ({ response, failure: undefined });

/** API Gateway's own answers have no content type here (recorded: test_failed_invoke_test_method). */
function failed(error: unknown): Outcome {
  const failure = toGatewayResponse(error);
  const response = describeGatewayResponse(failure);
  const headers = Object.entries(response.headers).filter(([name]) => name !== 'Content-Type');
  return { response: { ...response, headers: Object.fromEntries(headers) }, failure };
}

function openExchange(gateway: Gateway, asked: v.InferOutput<typeof input>): Exchange {
  const { resource, method } = findMethod(gateway, asked);
  const [path = '', ...query] = (asked.pathWithQueryString || resource.path).split('?');
  const route = createRouter([resource])(asked.httpMethod, path);
  const headers: Pairs = [
    ...Object.entries(asked.headers),
    ...Object.entries(asked.multiValueHeaders).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    ),
  ];
  const exchange = {
    ids: newIds(),
    served: {
      restApi: findRestApi(gateway, asked.restApiId),
      models: modelsOf(gateway, asked.restApiId),
      requestValidators: validatorsOf(gateway, asked.restApiId),
      stageName: TEST_STAGE,
      deploymentId: '',
      variables: asked.stageVariables,
    },
    resource,
    method,
    request: {
      httpMethod: asked.httpMethod,
      path,
      headers,
      query: queryOf(query.join('?')),
      pathParameters: route?.pathParameters ?? new Map<string, string>(),
      body: Buffer.from(asked.body),
    },
  };
  return { ...exchange, context: createContext(gateway.world, exchange, path) };
}

function logOf({ ids, resource, request }: Exchange, { response, failure }: Outcome, time: number): string {
  const stamp = new Date(time)
    .toUTCString()
    .replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5 UTC $4');
  const lines = [
    `Starting execution for request: ${ids.requestId}`,
    `HTTP Method: ${request.httpMethod}, Resource Path: ${request.path === '' ? resource.path : request.path}`,
    `Method request path: ${javaMap([...request.pathParameters])}`,
    `Method request query string: ${javaMap(request.query)}`,
    `Method request headers: ${javaMap(request.headers)}`,
    `Method request body before transformations: ${request.body.toString()}`,
    ...(failure
      ? [failure.logged]
      : [
          `Method response body after transformations: ${response.body.toString()}`,
          `Method response headers: ${javaMap(Object.entries(response.headers))}`,
          'Successfully completed execution',
        ]),
    `Method completed with status: ${response.status}`,
  ];
  return [
    `Execution log for request ${ids.requestId}`,
    ...lines.map((line) => `${stamp} : ${line}`),
    '',
  ].join('\n');
}

const javaMap = (pairs: Pairs): string => `{${pairs.map(([name, value]) => `${name}=${value}`).join(', ')}}`;
