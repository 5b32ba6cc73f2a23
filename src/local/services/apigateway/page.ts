import { badRequest } from './errors.js';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 500;

export interface Page<T> {
  /** AWS's wire name of every list (aws-facts 6.1). */
  readonly item: T[];
  readonly position?: string;
}

/**
 * One page of `items`. The token names the last item's sort key and not its place, so that items which come or go
 * between two pages neither hide nor repeat others.
 */
export function paginate<T>(
  items: readonly T[],
  options: {
    sortKey: (item: T) => string;
    descending?: boolean;
    limit: string | undefined;
    position: string | undefined;
  },
): Page<T> {
  const { sortKey, descending = false } = options;
  const limit = readLimit(options.limit);
  const direction = descending ? -1 : 1;
  const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -direction : direction);
  const keyed = items.map((item) => ({ item, key: sortKey(item) })).sort((a, b) => compare(a.key, b.key));
  const after = readPosition(options.position);
  const rest = after === undefined ? keyed : keyed.filter(({ key }) => compare(key, after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    item: page.map(({ item }) => item),
    ...(last && rest.length > page.length ? { position: Buffer.from(last.key).toString('base64url') } : {}),
  };
}

/** A negative limit is answered with an empty list (aws-facts 6.1: recorded for -1). */
function readLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (!/^-?\d{1,9}$/.test(limit)) throw badRequest('Invalid limit specified');
  const number = Number(limit);
  if (number === 0) return DEFAULT_LIMIT;
  return Math.min(Math.max(number, 0), MAX_LIMIT);
}

function readPosition(position: string | undefined): string | undefined {
  if (position === undefined || position === '') return undefined;
  if (!/^[\w-]+={0,2}$/.test(position)) throw badRequest('Invalid position specified');
  return Buffer.from(position, 'base64url').toString();
}
