import { queryPairs, type WireRequest } from './wire/http.js';

/**
 * A request in the one form in which AWS Signature Version 4 signs it (IAM User Guide, "Create a signed AWS API request"):
 * method, path, query, the signed headers, their names, and the body's hash.
 */
export function canonicalRequest(
  { method, path, query, headers }: WireRequest,
  { signedHeaders, bodyHash }: { signedHeaders: readonly string[]; bodyHash: string },
): string {
  const names = [...signedHeaders].sort();
  // Own ones only: the names are the caller's, and may be `constructor`.
  const valueOf = (name: string): string => (Object.hasOwn(headers, name) && headers[name]) || '';
  const lines = names.map((name) => `${name}:${valueOf(name).trim().replace(/\s+/g, ' ')}`);
  return [method, canonicalPath(path), canonicalQuery(query), ...lines, '', names.join(';'), bodyHash].join(
    '\n',
  );
}

/** Normalized, and encoded a second time, as all services but S3 want it. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

const canonicalQuery = (query: string): string =>
  queryPairs(query)
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, first], [b, second]) => compare(a, b) || compare(first, second))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Everything but letters, digits and `-_.~`, which is more than JavaScript's own encoding. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
