import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { bounded } from '../bounded.js';

/** API Gateway answers with 10 MB at most. */
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * POSTs JSON, once, and follows no redirect. By node:http, which the SDK has loaded already: the first use of `fetch`
 * costs a command about 15 ms.
 * @throws what the connection failed of, or the signal's reason
 */
export async function postJson(
  url: string,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<{ status: number; body: string }> {
  const request = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
      signal,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const status = incoming.statusCode ?? 0;
      bounded(incoming, MOST_BYTES).then((said) => resolve({ status, body: said.toString() }), reject);
    });
    outgoing.end(body);
  });
}
