import * as v from 'valibot';
import { recordOf } from '../../../record-of.js';
import type { WireResponse } from '../../../wire/http.js';
import type { Integration } from '../state.js';
import { traceRootOf, type Exchange } from './exchange.js';
import { configurationError, GatewayResponse } from './gateway-response.js';
import { checkedValue, shownName } from './integration-response.js';
import { errorMessageOf, integrationHeaders, invokeFunction, type Backend } from './lambda.js';
import { mediaType } from './mapping.js';
import { headerOf, lastByName, valuesByName, type Pairs } from './method-request.js';
import type { Value } from './template/values.js';

const headerValue = v.pipe(v.union([v.string(), v.boolean(), v.number()]), v.transform(String));

/** No member is required, and no other is allowed (recorded: test_lambda_aws_proxy_response_format). */
const proxyResponse = v.strictObject({
  isBase64Encoded: v.nullish(v.boolean(), false),
  statusCode: v.nullish(
    v.pipe(
      v.union([v.number(), v.string()]),
      v.transform(Number),
      v.integer(),
      v.minValue(200),
      v.maxValue(599),
    ),
    200,
  ),
  headers: v.nullish(recordOf(v.string(), headerValue), {}),
  multiValueHeaders: v.nullish(recordOf(v.string(), v.array(headerValue)), {}),
  body: v.nullish(v.string(), ''),
});

/** A Lambda proxy integration: the whole request is the event, and the function makes the whole response. */
export async function callLambdaProxy(
  exchange: Exchange,
  integration: Integration,
  backend: Backend,
): Promise<WireResponse> {
  integrationHeaders(exchange, integration);
  const event = Buffer.from(JSON.stringify(eventOf(exchange)));
  const { payload, functionError, requestId } = await invokeFunction(exchange, integration, backend, event);
  if (functionError !== undefined) {
    throw new GatewayResponse(
      'MALFORMED_PROXY_RESPONSE',
      undefined,
      `Lambda execution failed with status 200 due to customer function error: ${errorMessageOf(payload)}. Lambda request id: ${requestId}`,
    );
  }
  const response = readResponse(payload);
  const { binaryMediaTypes = [] } = exchange.served.restApi;
  const wantsBinary = isBinary(binaryMediaTypes, headerOf(exchange.request, 'accept'));
  return {
    status: response.statusCode,
    ...headersOf(response),
    body: response.isBase64Encoded && wantsBinary ? Buffer.from(response.body, 'base64') : response.body,
  };
}

/** A name in both lists has the values of both, each once (developer guide, "Output format of a Lambda function"). */
function headersOf({
  headers,
  multiValueHeaders,
}: v.InferOutput<typeof proxyResponse>): Pick<WireResponse, 'headers' | 'repeatedHeaders'> {
  const repeated = Object.entries(multiValueHeaders).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  const named = new Map([['content-type', { name: 'Content-Type', values: new Set<string>() }]]);
  for (const [name, value] of [...Object.entries(headers), ...repeated]) {
    const lower = name.toLowerCase();
    if (lower === 'transfer-encoding') continue;
    const header = named.get(lower) ?? { name: shownName(name), values: new Set<string>() };
    named.set(lower, { ...header, values: header.values.add(checkedValue(name, value)) });
  }
  const lists = [...named.values()].map(({ name, values }): [string, string[]] => [name, [...values]]);
  return {
    headers: {
      'Content-Type': 'application/json',
      ...Object.fromEntries(
        lists.flatMap(([name, [value, ...more]]) =>
          value !== undefined && more.length === 0 ? [[name, value]] : [],
        ),
      ),
    },
    repeatedHeaders: Object.fromEntries(lists.filter(([, values]) => values.length > 1)),
  };
}

function readResponse(payload: Buffer): v.InferOutput<typeof proxyResponse> {
  try {
    return v.parse(proxyResponse, JSON.parse(payload.toString()));
  } catch {
    throw configurationError('Malformed Lambda proxy response', 'MALFORMED_PROXY_RESPONSE');
  }
}

/** The event, member for member as recorded (test_lambda_aws_proxy_integration). */
function eventOf(exchange: Exchange): object {
  const { request, resource, served } = exchange;
  const headers = proxyHeaders(exchange);
  const isBase64Encoded = isBinary(served.restApi.binaryMediaTypes ?? [], headerOf(request, 'content-type'));
  return {
    resource: resource.path,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: Object.fromEntries(lastByName(headers)),
    multiValueHeaders: Object.fromEntries(valuesByName(headers)),
    queryStringParameters: objectOrNull(lastByName(request.query)),
    multiValueQueryStringParameters: objectOrNull(valuesByName(request.query)),
    pathParameters: objectOrNull(request.pathParameters),
    stageVariables: objectOrNull(new Map(Object.entries(served.variables))),
    requestContext: requestContext(exchange.context),
    body: request.body.length === 0 ? null : request.body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

const objectOrNull = (map: ReadonlyMap<string, unknown>): object | null =>
  map.size === 0 ? null : Object.fromEntries(map);

const requestContext = (context: ReadonlyMap<string, Value>): object =>
  Object.fromEntries(
    [...context]
      .filter(([name]) => name !== 'requestOverride' && name !== 'responseOverride')
      .map(([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]),
  );

/** Some headers AWS spells its own way, drops or adds. */
function proxyHeaders(exchange: Exchange): Pairs {
  const { headers } = exchange.request;
  const spelled = new Map([
    ['authorization', 'Authorization'],
    ['host', 'Host'],
    ['user-agent', 'User-Agent'],
  ]);
  const port = /:(\d+)$/.exec(headerOf(exchange.request, 'host') ?? '')?.[1] ?? '80';
  return [
    ...headers
      .filter(([name]) => name.toLowerCase() !== 'x-amzn-trace-id')
      .map(([name, value]) => [spelled.get(name.toLowerCase()) ?? name, value] as const),
    ['X-Amzn-Trace-Id', traceRootOf(exchange)],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Port', port],
    ['X-Forwarded-Proto', 'http'],
  ];
}

/** Whether an API takes a media type for binary: by name, by `image/*`, or all. */
function isBinary(binaryMediaTypes: readonly string[], contentType: string | undefined): boolean {
  const [type = '', subtype = ''] = mediaType(contentType).split('/');
  return binaryMediaTypes.some((each) => {
    const [wantedType = '', wantedSubtype = ''] = mediaType(each).split('/');
    return (
      (wantedType === '*' || wantedType === type) && (wantedSubtype === '*' || wantedSubtype === subtype)
    );
  });
}
