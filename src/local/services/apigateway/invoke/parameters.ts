import type { Exchange, Visit } from './exchange.js';
import { GatewayResponse } from './gateway-response.js';
import { lastByName, valuesByName, type Pairs } from './method-request.js';
import { JsonTextError, parseJson, type JsonValue } from './template/json-text.js';
import { queryJson } from './template/json-path.js';
import { print } from './template/print.js';
import { isNothing, type Value } from './template/values.js';
import { TemplateError } from './template/work.js';

/** Where a parameter mapping takes values from, beside `$context`, stage variables and quoted text. */
interface Source {
  /** `method.request.` or `integration.response.` */
  readonly prefix: string;
  readonly lists: Readonly<Record<string, Pairs>>;
  readonly body: string;
}

/** The integration request's headers, from the method request (aws-facts 7.4; recorded: header remapping). */
export function mapRequestHeaders(
  exchange: Exchange,
  mappings: Readonly<Record<string, string>> | undefined,
): Map<string, string> {
  return mappings
    ? mapHeaders(exchange, mappings, 'integration.request.header.', methodRequest(exchange))
    : new Map<string, string>();
}

const methodRequest = ({ request }: Pick<Exchange, 'request'>): Source => ({
  prefix: 'method.request.',
  lists: { header: request.headers, querystring: request.query, path: [...request.pathParameters] },
  body: request.body.toString(),
});

/** What an expression such as `context.stage` or `method.request.header.Accept` stands for in a gateway response. */
export const evaluateForGateway = (visit: Visit, expression: string): string | undefined =>
  expression.startsWith('method.request.body')
    ? undefined
    : evaluateMapping(visit, expression, methodRequest(visit));

/** The answer's headers, from the integration's response. */
export function mapResponseHeaders(
  exchange: Exchange,
  mappings: Readonly<Record<string, string>> | undefined,
  response: { headers: Pairs; body: string },
): Map<string, string> {
  return mapHeaders(exchange, mappings, 'method.response.header.', {
    prefix: 'integration.response.',
    lists: { header: response.headers },
    body: response.body,
  });
}

function mapHeaders(
  exchange: Exchange,
  mappings: Readonly<Record<string, string>> | undefined,
  target: string,
  source: Source,
): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, expression] of Object.entries(mappings ?? {})) {
    const value = name.startsWith(target) ? evaluateMapping(exchange, expression, source) : undefined;
    if (value !== undefined && value !== '') headers.set(name.slice(target.length), value);
  }
  return headers;
}

function evaluateMapping(exchange: Visit, expression: string, source: Source): string | undefined {
  if (/^'.*'$/s.test(expression)) return expression.slice(1, -1);
  if (expression.startsWith('stageVariables.')) {
    return new Map(Object.entries(exchange.served.variables)).get(expression.slice('stageVariables.'.length));
  }
  if (expression.startsWith('context.')) return fromContext(exchange, expression.slice('context.'.length));
  if (!expression.startsWith(source.prefix)) return undefined;
  const [kind = '', ...rest] = expression.slice(source.prefix.length).split('.');
  if (kind === 'body') return fromBody(source.body, rest.join('.'));
  const list = source.lists[kind.replace(/^multivalue/, '')] ?? [];
  const name = rest.join('.');
  if (kind.startsWith('multivalue')) return valuesByName(list).get(name)?.join(',');
  return lastByName(list).get(name);
}

function fromContext({ context }: Visit, path: string): string | undefined {
  let value: Value = context;
  for (const name of path.split('.')) value = value instanceof Map ? value.get(name) : undefined;
  return isNothing(value) ? undefined : print(value);
}

function fromBody(body: string, path: string): string | undefined {
  if (path === '') return body;
  try {
    const found: JsonValue | undefined = queryJson(parseJson(body.trim() === '' ? '{}' : body), path);
    return isNothing(found) ? undefined : print(found);
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof TemplateError) {
      throw new GatewayResponse('API_CONFIGURATION_ERROR');
    }
    throw error;
  }
}
