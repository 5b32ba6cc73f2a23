import { validationError } from './errors.js';

/** Where the caller wants the page to begin and how long it may be. */
export interface PageRequest {
  readonly Marker?: string;
  readonly MaxItems: number;
}

/**
 * One page of `items`, in the ascending order of `keyOf`. The marker is the key of the last item given out, so that a
 * page goes on at the right place when items come and go in between.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T, index: number) => string,
  request: PageRequest,
): { items: readonly T[]; IsTruncated: boolean; Marker: string | undefined } {
  const after = request.Marker === undefined ? undefined : readMarker(request.Marker);
  const rest = items
    .map((item, index) => ({ item, key: keyOf(item, index) }))
    .filter(({ key }) => after === undefined || key > after);
  const page = rest.slice(0, request.MaxItems);
  const IsTruncated = rest.length > page.length;
  return {
    items: page.map(({ item }) => item),
    IsTruncated,
    Marker: IsTruncated ? writeMarker(page.at(-1)?.key ?? '') : undefined,
  };
}

/** The key of a short list that keeps an order of its own. */
export const byPosition = (_item: unknown, index: number): string => String(index).padStart(4, '0');

/** Sorts as the pages need it: by UTF-16 code units, as `>` compares. */
export const sortedBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[] =>
  [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));

const PREFIX = 'after:';

const writeMarker = (key: string): string => Buffer.from(PREFIX + key).toString('base64');

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith(PREFIX)) throw validationError(`Invalid Marker.`);
  return text.slice(PREFIX.length);
}
