/** A request as read from the wire: nothing decoded but the header names (lower case). */
export interface WireRequest {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** What follows `?`, as sent, or ''. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, spelled and repeated as sent: deployed APIs hand them on to functions. */
  readonly rawHeaders?: readonly string[];
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that are sent several times, as functions behind a proxy integration may. */
  readonly repeatedHeaders?: Readonly<Record<string, string[]>>;
  readonly body: string | Buffer;
}

/** The query's pairs, percent-decoded; `+` is a space only in forms, never in AWS's queries. */
export function queryPairs(query: string): [string, string][] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const cut = pair.indexOf('=');
    return cut < 0 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
  });
}

/** The query's values by name, in the order sent. An own property each, whatever the name: `constructor` is one like any other. */
export function queryLists(query: string): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of queryPairs(query)) {
    const list = lists.get(name);
    if (list) list.push(value);
    else lists.set(name, [value]);
  }
  return Object.fromEntries(lists);
}

/** Percent-decodes; what is not valid percent-encoding stands for itself. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
