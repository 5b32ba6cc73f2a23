import { validateHeaderName, validateHeaderValue } from 'node:http';
import { once } from '../../../memo.js';
import type { WireResponse } from '../../../wire/http.js';
import { entryOf, type Integration, type IntegrationResponse } from '../state.js';
import type { Exchange } from './exchange.js';
import { configurationError, GatewayResponse } from './gateway-response.js';
import type { JavaPatterns } from './java-regex.js';
import { chooseResponseTemplate, type Mapper } from './mapping.js';
import { headerOf, type Pairs } from './method-request.js';
import { mapResponseHeaders } from './parameters.js';
import { print } from './template/print.js';
import { numberOf, type Value } from './template/values.js';
import { TemplateError } from './template/work.js';

/** What a backend answered. */
export interface IntegrationResult {
  readonly body: Buffer;
  readonly headers: Pairs;
  /** What the selection patterns are matched with: a function's error message, or a status. */
  readonly selector: string;
}

/** Makes a non-proxy integration's answer (aws-facts 7.4). */
export function mapIntegrationResponse(
  exchange: Exchange,
  integration: Integration,
  result: IntegrationResult,
  tools: { mapper: Mapper; patterns: JavaPatterns },
): WireResponse {
  const chosen = chooseResponse(integration, result.selector, tools.patterns);
  if (!entryOf(exchange.method.methodResponses, chosen.statusCode)) {
    throw configurationError(`Output mapping refers to an invalid method response: ${chosen.statusCode}`);
  }
  const { responseParameters, responseTemplates } = chosen;
  const headers = mapResponseHeaders(exchange, responseParameters, {
    headers: result.headers,
    body: responseParameters ? result.body.toString() : '',
  });
  const template = chooseResponseTemplate(responseTemplates, headerOf(exchange.request, 'accept'));
  const body = template === undefined ? result.body : render(tools.mapper, exchange, template, result.body);
  const override = exchange.context.get('responseOverride');
  for (const [name, value] of headerOverrides(override)) headers.set(name, print(value));
  return {
    status: statusOverride(override) ?? Number(chosen.statusCode),
    headers: { 'Content-Type': 'application/json', ...remapped(headers) },
    body,
  };
}

function render(mapper: Mapper, exchange: Exchange, template: string, body: Buffer): string {
  try {
    return mapper(exchange, template, body.toString());
  } catch (error) {
    // Whatever fails here is not the caller's fault.
    if (error instanceof TemplateError) throw new GatewayResponse('API_CONFIGURATION_ERROR');
    throw error;
  }
}

/**
 * The first response whose pattern fits, by status code, else the one without a pattern (recorded:
 * test_lambda_selection_patterns, where two fitted and the lower code won).
 */
function chooseResponse(
  integration: Integration,
  selector: string,
  patterns: JavaPatterns,
): IntegrationResponse {
  const responses = byStatusCode(integration);
  const pattern = patterns();
  const fitting = responses.find(
    ({ selectionPattern }) => selectionPattern && pattern(selectionPattern).matches(selector),
  );
  const chosen = fitting ?? responses.find(({ selectionPattern }) => !selectionPattern);
  if (!chosen) {
    // A selector of digits is a mock's status; that of a Lambda call is 200, whatever the function did.
    const status = /^\d{3}$/.test(selector) ? selector : '200';
    throw configurationError(
      `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${status}`,
    );
  }
  return chosen;
}

/** Once for each integration: of an object whose keys are numbers V8 makes such a list slowly, with 3 KB of garbage for each request. */
const byStatusCode = once(({ integrationResponses = {} }: Integration): readonly IntegrationResponse[] =>
  Object.values(integrationResponses).sort((a, b) => Number(a.statusCode) - Number(b.statusCode)),
);

/** AWS ignores a status that is no whole number of three digits. */
function statusOverride(override: Value): number | undefined {
  const status = override instanceof Map ? numberOf(override.get('status')) : undefined;
  return status !== undefined && Number.isInteger(status) && status >= 200 && status <= 599
    ? status
    : undefined;
}

function headerOverrides(override: Value): Map<string, Value> {
  const headers = override instanceof Map ? override.get('header') : undefined;
  return headers instanceof Map ? headers : new Map<string, Value>();
}

/** Headers that belong to the connection reach the client under another name (recorded: header remapping). */
const REMAPPED = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
]);

/**
 * Headers under the names that the client sees; how the answer is sent is not for them to say.
 * @throws GatewayResponse for what is no header.
 */
export function remapped(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const named = new Map<string, [string, string]>();
  for (const [name, value] of headers) {
    if (name.toLowerCase() === 'transfer-encoding') continue;
    named.set(name.toLowerCase(), [shownName(name), checkedValue(name, value)]);
  }
  return Object.fromEntries(named.values());
}

/** One spelling for the content type, ours, so that it replaces the default. */
export function shownName(name: string): string {
  const lower = name.toLowerCase();
  if (REMAPPED.has(lower)) return `x-amzn-Remapped-${name}`;
  return lower === 'content-type' ? 'Content-Type' : name;
}

export function checkedValue(name: string, value: string): string {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return value;
  } catch {
    throw new GatewayResponse('API_CONFIGURATION_ERROR');
  }
}
