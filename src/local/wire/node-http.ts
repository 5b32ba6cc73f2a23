import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest, WireResponse } from './http.js';

/** A request whose body is not read yet. */
export type RequestHead = Omit<WireRequest, 'body'>;

/** More than this is not worth to be copied. */
const ONE_PIECE_BYTES = 16_384;

export function readHead(incoming: IncomingMessage): RequestHead {
  const url = incoming.url ?? '/';
  const cut = url.indexOf('?');
  const { headers, method = 'GET', rawHeaders } = incoming;
  return {
    method,
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    headers: isText(headers) ? headers : asText(headers),
    rawHeaders,
  };
}

/** Node makes a list of this header alone, and requests hardly ever have it. */
const isText = (headers: IncomingHttpHeaders): headers is Record<string, string> =>
  headers['set-cookie'] === undefined;

/** A list becomes its items with commas in between. */
const asText = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export function send(outgoing: ServerResponse, response: WireResponse): void {
  if (outgoing.destroyed) return;
  const body = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
  // One that only informs would end nothing, and the client would wait on.
  const status = response.status < 200 ? 500 : response.status;
  outgoing.writeHead(status, {
    ...response.headers,
    ...response.repeatedHeaders,
    'content-length': body.length,
  });
  // Node sends a head and text in one piece, but a head and bytes in two; each byte is one character of latin1.
  if (body.length <= ONE_PIECE_BYTES) outgoing.end(body.toString('latin1'), 'latin1');
  else outgoing.end(body);
}

/** The client sees ECONNRESET, as when a server dies or a network breaks. */
export function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}
