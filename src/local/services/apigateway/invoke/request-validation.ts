import { entryOf, type Model } from '../state.js';
import type { Exchange } from './exchange.js';
import { GatewayResponse } from './gateway-response.js';
import type { JavaPatterns } from './java-regex.js';
import { createSchemaCheck } from './json-schema.js';
import { mediaType } from './mapping.js';
import { headerOf, methodValue } from './method-request.js';

/**
 * Holds a request to what its method's validator asks for: required parameters first, then the body's model (recorded:
 * test_api_gateway_request_validator).
 * @throws GatewayResponse
 */
export function checkRequest(exchange: Exchange, patterns: JavaPatterns): void {
  const { method, served } = exchange;
  const validator = served.requestValidators.find(({ id }) => id === method.requestValidatorId);
  if (validator?.validateRequestParameters) checkParameters(exchange);
  if (validator?.validateRequestBody) checkBody(exchange, patterns);
}

function checkParameters({ method, request }: Exchange): void {
  const missing = Object.entries(method.requestParameters ?? {}).flatMap(([key, required]) => {
    const [, , name = key] = /^method\.request\.(\w+)\.(.+)$/.exec(key) ?? [];
    // A blank value counts as missing (API Gateway's guide, "Request validation").
    return required && !methodValue(request, key)?.trim() ? [name] : [];
  });
  if (missing.length > 0) {
    throw new GatewayResponse(
      'BAD_REQUEST_PARAMETERS',
      `Missing required request parameters: [${missing.join(', ')}]`,
    );
  }
}

function checkBody({ method, request, served }: Exchange, patterns: JavaPatterns): void {
  const wanted = mediaType(headerOf(request, 'content-type'));
  const entries = Object.entries(method.requestModels ?? {});
  const name =
    entries.find(([type]) => mediaType(type) === wanted)?.[1] ?? entryOf(method.requestModels, '$default');
  // A type of content without a model is not looked at (the same guide).
  if (name === undefined) return;
  if (!fits(served.models, name, request.body.toString(), patterns)) {
    throw new GatewayResponse('BAD_REQUEST_BODY');
  }
}

/** An empty body counts as an empty object. */
function fits(models: readonly Model[], name: string, body: string, patterns: JavaPatterns): boolean {
  const pattern = patterns();
  const check = createSchemaCheck({
    models: new Map(models.map((model) => [model.name, model.schema])),
    matches: (text, part) => pattern(`(?s).*(?:${part}).*`).matches(text),
  });
  try {
    return check(name, JSON.parse(body === '' ? '{}' : body));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
