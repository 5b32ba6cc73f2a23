import { invalidToken } from './errors.js';

/**
 * One page of `items` in the order of their keys. The token holds the last key given out, so that a page goes on at the
 * right place when items come and go in between.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: { limit: number; nextToken?: string | undefined; descending?: boolean },
): { items: T[]; nextToken: string | undefined } {
  const sign = request.descending ? -1 : 1;
  const compare = (a: string, b: string): number => sign * (a < b ? -1 : a > b ? 1 : 0);
  const after = request.nextToken === undefined ? undefined : readToken(request.nextToken);
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key));
  const page = rest.slice(0, request.limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return { items: page.map(({ item }) => item), nextToken: last && writeToken(last.key) };
}

const PREFIX = 'after:';

export const writeToken = (text: string): string => Buffer.from(PREFIX + text).toString('base64url');

/** @throws AwsError when the token is not one of ours. */
export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(PREFIX)) throw invalidToken();
  return text.slice(PREFIX.length);
}
