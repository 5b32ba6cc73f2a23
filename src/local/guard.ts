import type { IncomingMessage } from 'node:http';
import type { WireResponse } from './wire/http.js';

/**
 * Refuses what only a web page in the reader's browser would send: a foreign Host (DNS rebinding), an Origin, or a
 * cross-site fetch. The AWS tools, curl and the functions send none of these.
 */
export function refuseForeign(
  headers: IncomingMessage['headersDistinct'],
  port: number,
): WireResponse | undefined {
  const { host = [], origin, 'sec-fetch-site': sites = [] } = headers;
  // Of two, who knows which one counts for whom.
  if (host.length !== 1 || !host.every((each) => isOwnHost(each, port))) {
    return refusal('Host is not one of this server');
  }
  if (origin !== undefined) return refusal('requests from web pages (Origin) are not answered');
  const isForeign = sites.some((site) => site === 'cross-site' || site === 'same-site');
  return isForeign ? refusal('cross-site requests are not answered') : undefined;
}

const HTTP_PORT = 80;

function isOwnHost(host: string, port: number): boolean {
  const suffix = `:${port}`;
  // Clients leave the port away where it is HTTP's own.
  const isBare = port === HTTP_PORT && !/:\d*$/.test(host);
  if (!isBare && !host.endsWith(suffix)) return false;
  const name = (isBare ? host : host.slice(0, -suffix.length)).toLowerCase();
  return (
    name === '127.0.0.1' ||
    name === 'localhost' ||
    name === '[::1]' ||
    /^[a-z0-9]+\.execute-api\.localhost$/.test(name)
  );
}

function refusal(reason: string): WireResponse {
  return {
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: `Refused by the local AWS of lab-setup: ${reason}.` }),
  };
}
