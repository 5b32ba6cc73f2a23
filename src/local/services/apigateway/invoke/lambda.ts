import { AwsError } from '../../../errors.js';
import type { Functions, InvocationResult, World } from '../../ports.js';
import type { Integration } from '../state.js';
import type { Exchange } from './exchange.js';
import { configurationError, GatewayResponse } from './gateway-response.js';
import type { IntegrationResult } from './integration-response.js';
import { chooseRequestTemplate, type Mapper } from './mapping.js';
import { headerOf, type Pairs } from './method-request.js';
import { mapRequestHeaders } from './parameters.js';

/** Whom a Lambda integration asks. */
export interface Backend {
  readonly world: World;
  readonly functions: Functions;
  /** Whether a role may call a function for API Gateway; without it no role may. */
  readonly mayInvoke?: (roleArn: string, functionArn: string) => boolean;
}

const FUNCTION_URI = /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/+2015-03-31\/functions\/(.+)\/invocations$/;

/** Headers that an AWS integration may not be given (recorded: test_apigateway_header_remapping_aws). */
const FORBIDDEN = [
  'authorization',
  'connection',
  'content-length',
  'expect',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'x-amzn-apigateway-api-id',
  'x-amzn-trace-id',
];

/** A Lambda integration that is no proxy: the body, mapped or as it is, is the event (aws-facts 7.4). */
export async function callLambda(
  exchange: Exchange,
  integration: Integration,
  backend: Backend & { mapper: Mapper },
): Promise<IntegrationResult> {
  const { request } = exchange;
  const template = chooseRequestTemplate(
    integration.requestTemplates,
    integration.passthroughBehavior,
    headerOf(request, 'content-type'),
  );
  // Bytes that nothing maps stay the bytes they are: numbers keep their digits.
  const payload =
    template === undefined
      ? orEmptyObject(request.body)
      : Buffer.from(backend.mapper(exchange, template, request.body.toString()));
  const headers = integrationHeaders(exchange, integration);
  if (headers.get('x-amz-invocation-type') === 'Event') {
    acceptEvent(exchange, integration, backend, payload);
    return { body: Buffer.alloc(0), headers: [], selector: '' };
  }
  const result = await invokeFunction(exchange, integration, backend, payload);
  return { body: result.payload, headers: headersOf(result), selector: errorMessageOf(result.payload) };
}

/** What Lambda's answer to Invoke bears beside the payload, which reaches the caller by a mapping only (aws-facts 4.1, 7.1). */
const headersOf = ({ requestId, functionError }: InvocationResult): Pairs => [
  ['Content-Type', 'application/json'],
  ['x-amzn-RequestId', requestId],
  ...(functionError === undefined ? [] : [['X-Amz-Function-Error', functionError] as const]),
];

/** An empty body is the event `{}`, which AWS does not document (aws-facts 7.4). */
const orEmptyObject = (body: Buffer): Buffer => (body.length === 0 ? Buffer.from('{}') : body);

/** The headers of the integration request, by lower-case name. @throws GatewayResponse for one that AWS forbids. */
export function integrationHeaders(
  exchange: Exchange,
  { requestParameters }: Integration,
): Map<string, string> {
  const mapped = mapRequestHeaders(exchange, requestParameters);
  const headers = new Map([...mapped].map(([name, value]) => [name.toLowerCase(), value]));
  if (FORBIDDEN.some((name) => headers.has(name))) throw new GatewayResponse('API_CONFIGURATION_ERROR');
  return headers;
}

/**
 * Calls the integration's function, if its policy lets this method do so.
 * @throws GatewayResponse for all that is wrong before the function itself runs.
 */
export async function invokeFunction(
  exchange: Exchange,
  integration: Integration,
  backend: Backend,
  payload: Buffer,
): Promise<InvocationResult> {
  const functionName = permittedFunction(exchange, integration, backend);
  try {
    return await backend.functions.invoke({ functionName, payload });
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Hands the integration's function an event that nobody waits for. @throws GatewayResponse as `invokeFunction`. */
function acceptEvent(exchange: Exchange, integration: Integration, backend: Backend, payload: Buffer): void {
  const functionName = permittedFunction(exchange, integration, backend);
  try {
    backend.functions.accept({ functionName, payload });
  } catch (error) {
    throw refusalOf(error);
  }
}

function permittedFunction(exchange: Exchange, integration: Integration, backend: Backend): string {
  const functionArn = functionArnOf(exchange, integration);
  if (!isPermitted(exchange, integration, backend, functionArn))
    throw configurationError('Invalid permissions on Lambda function');
  return functionArn;
}

/** With credentials API Gateway calls as that role, without them by leave of the function's own policy. */
function isPermitted(
  exchange: Exchange,
  { credentials }: Integration,
  { world, functions, mayInvoke }: Backend,
  functionArn: string,
): boolean {
  if (credentials) return mayInvoke?.(credentials, functionArn) ?? false;
  const sourceArn = sourceArnOf(world, exchange);
  return functions.allows(functionArn, { service: 'apigateway.amazonaws.com', sourceArn });
}

/** The function in the integration's URI. Lambda is called with POST or not at all (aws-facts 6.5). */
function functionArnOf({ served }: Exchange, { uri = '', httpMethod }: Integration): string {
  const variables = new Map(Object.entries(served.variables));
  const filled = uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => variables.get(name) ?? '');
  const functionArn = FUNCTION_URI.exec(filled)?.[1];
  if (functionArn === undefined) {
    throw new GatewayResponse(
      'NOT_SERVED_HERE',
      'Of AWS services the local AWS integrates Lambda functions only.',
    );
  }
  if (httpMethod !== 'POST') throw new GatewayResponse('INTEGRATION_FAILURE');
  return functionArn;
}

/** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{METHOD}/{path}`: what a permission's SourceArn is held against. */
const sourceArnOf = ({ region, account }: World, { served, resource, request }: Exchange): string =>
  `arn:aws:execute-api:${region}:${account}:${served.restApi.id}/${served.stageName}/${request.httpMethod}${resource.path}`;

/**
 * What the caller hears when Lambda itself refuses. For an event that is not JSON that is 400 with Lambda's words, by
 * the reports of people whom it happened to (serverless/serverless#2270, #3187); AWS does not document it. All else,
 * throttling included, is an internal server error (aws-facts 7.3).
 */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return error.code.startsWith('InvalidRequestContent')
    ? new GatewayResponse('BAD_REQUEST_BODY', error.message)
    : new GatewayResponse('INTEGRATION_FAILURE');
}

/** What a function's error is told by: API Gateway looks at the body alone (aws-facts 7.4). */
export function errorMessageOf(payload: Buffer): string {
  if (!payload.includes('"errorMessage"')) return '';
  try {
    const parsed: unknown = JSON.parse(payload.toString());
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed) {
      return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : '';
    }
  } catch {
    // Not JSON: nothing to be told by.
  }
  return '';
}
