import { tellBug } from '../../../errors.js';
import type { WireResponse } from '../../../wire/http.js';
import type { Integration } from '../state.js';
import { traceOf, type Exchange } from './exchange.js';
import { GatewayResponse } from './gateway-response.js';
import { mapIntegrationResponse } from './integration-response.js';
import { SchemaError } from './json-schema.js';
import { PatternError, type JavaPatterns } from './java-regex.js';
import { callLambda, type Backend } from './lambda.js';
import { callLambdaProxy } from './lambda-proxy.js';
import { openOverrides, type Mapper } from './mapping.js';
import { callMock } from './mock.js';
import { checkRequest } from './request-validation.js';
import { BodyError } from './template/input.js';
import { TemplateError } from './template/work.js';

/** What it takes to carry out a method's integration. */
export interface IntegrationTools extends Backend {
  readonly mapper: Mapper;
  readonly patterns: JavaPatterns;
}

/**
 * Carries out a method's integration and makes the client's answer of it.
 * @throws GatewayResponse when there is none but API Gateway's own.
 */
export async function integrate(tools: IntegrationTools, exchange: Exchange): Promise<WireResponse> {
  const integration = exchange.method.methodIntegration;
  if (!integration) throw new GatewayResponse('API_CONFIGURATION_ERROR');
  checkRequest(exchange, tools.patterns);
  openOverrides(exchange.context);
  const response = await withinTimeout(integration, callBackend(tools, exchange, integration));
  // A mock has no trace (aws-facts 7.1).
  if (integration.type === 'MOCK') return response;
  return { ...response, headers: { 'X-Amzn-Trace-Id': traceOf(exchange), ...response.headers } };
}

/** What API Gateway answers when something failed. */
export function toGatewayResponse(error: unknown): GatewayResponse {
  if (error instanceof GatewayResponse) return error;
  // AWS documents 400 for a body that a template cannot read as JSON (aws-facts 7.3).
  if (error instanceof BodyError)
    return new GatewayResponse('BAD_REQUEST_BODY', 'Invalid JSON in request body');
  if (error instanceof TemplateError || error instanceof PatternError || error instanceof SchemaError) {
    return new GatewayResponse('API_CONFIGURATION_ERROR');
  }
  tellBug(error);
  return new GatewayResponse('INTEGRATION_FAILURE');
}

async function callBackend(
  tools: IntegrationTools,
  exchange: Exchange,
  integration: Integration,
): Promise<WireResponse> {
  switch (integration.type) {
    case 'MOCK': {
      const result = callMock(exchange, integration, tools.mapper);
      return mapIntegrationResponse(exchange, integration, result, tools);
    }
    case 'AWS': {
      const result = await callLambda(exchange, integration, tools);
      return mapIntegrationResponse(exchange, integration, result, tools);
    }
    case 'AWS_PROXY':
      return callLambdaProxy(exchange, integration, tools);
    case 'HTTP':
    case 'HTTP_PROXY':
      throw new GatewayResponse(
        'NOT_SERVED_HERE',
        'The local AWS does not serve integrations with HTTP endpoints.',
      );
  }
}

const TIMEOUT_WORDS = 'Execution failed due to a timeout error';

/** The function goes on after a time-out, but nobody waits for it. */
function withinTimeout<T>({ timeoutInMillis }: Integration, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new GatewayResponse('INTEGRATION_TIMEOUT', undefined, TIMEOUT_WORDS)),
      timeoutInMillis,
    );
    const settle =
      <V>(act: (value: V) => void) =>
      (value: V): void => {
        clearTimeout(timer);
        act(value);
      };
    work.then(settle(resolve), settle(reject));
  });
}
