import type { IncomingMessage } from 'node:http';
import type { WireResponse } from './wire/http.js';

/**
 * Refuses what only a web page in the reader's browser would send: a foreign Host (DNS rebinding), an Origin, or a
 * cross-site fetch. The AWS tools, curl and the functions send none of these.
 */
export function refuseForeign(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  port: number,
): WireResponse | undefined {
  let hosts = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'origin') return refusal('requests from web pages (Origin) are not answered');
    if (name === 'sec-fetch-site' && (value === 'cross-site' || value === 'same-site')) {
      return refusal('cross-site requests are not answered');
    }
    if (name === 'host') hosts += isOwnHost(value, port) ? 1 : Infinity;
  }
  // Of two, who knows which one counts for whom.
  return hosts === 1 ? undefined : refusal('Host is not one of this server');
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
