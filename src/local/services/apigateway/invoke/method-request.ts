import { decode, type WireRequest } from '../../../wire/http.js';

export type Pairs = readonly (readonly [name: string, value: string])[];

/** A request as a deployed method sees it. */
export interface MethodRequest {
  readonly httpMethod: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Names as sent. */
  readonly headers: Pairs;
  /** Decoded. */
  readonly query: Pairs;
  readonly pathParameters: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export function readMethodRequest(
  request: WireRequest,
  at: { path: string; pathParameters: ReadonlyMap<string, string> },
): MethodRequest {
  return {
    httpMethod: request.method,
    ...at,
    headers: headersOf(request),
    query: queryOf(request.query),
    body: request.body,
  };
}

/** The last of the values under one name, as AWS takes it; header names count without their case. */
export function headerOf({ headers }: Pick<MethodRequest, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.findLast(([each]) => each.toLowerCase() === wanted)?.[1];
}

/** What an expression such as `method.request.querystring.page` stands for. */
export function methodValue(
  request: Pick<MethodRequest, 'headers' | 'query' | 'pathParameters'>,
  expression: string,
): string | undefined {
  const [, kind, name = ''] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(expression) ?? [];
  if (kind === 'path') return request.pathParameters.get(name);
  if (kind === 'querystring') return request.query.findLast(([each]) => each === name)?.[1];
  return kind === 'header' ? headerOf(request, name) : undefined;
}

/** All values by name, in the order of their first appearance. */
export function valuesByName(pairs: Pairs): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

/** The last value of each name. */
export const lastByName = (pairs: Pairs): Map<string, string> => new Map(pairs);

/** Headers that no integration and no template gets to see (recorded: test_apigateway_header_remapping_aws). */
const DROPPED = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

const headersOf = (request: WireRequest): Pairs =>
  sentHeaders(request).filter(([name]) => !DROPPED.has(name.toLowerCase()));

function sentHeaders({ rawHeaders, headers }: WireRequest): Pairs {
  if (!rawHeaders) return Object.entries(headers);
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

/** Here, unlike in AWS's own queries, a plus is a space (recorded: test_lambda_aws_proxy_integration). */
export function queryOf(query: string): Pairs {
  if (query === '') return [];
  return query
    .replaceAll('+', ' ')
    .split('&')
    .map((pair) => {
      const cut = pair.indexOf('=');
      return cut < 0 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    });
}
