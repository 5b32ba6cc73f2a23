import { get } from 'node:http';
import { bounded } from '../bounded.js';
import { HEALTH_PATH, healthQuery, provedHealth, type Health } from './health.js';

/** An answer to the health check comes at once or the server is not ours to wait for. */
const TIMEOUT_MS = 2_000;

/** An answer has less than one. */
const MOST_BYTES = 10_000;

/** What the server at a port of this machine says of itself, if it proves to know the secret; else undefined. */
export async function askHealth(terms: { secret: string; port: number }): Promise<Health | undefined> {
  const { nonce, proof } = healthQuery(terms);
  try {
    const answer = await read(`http://127.0.0.1:${terms.port}${HEALTH_PATH}?nonce=${nonce}&proof=${proof}`);
    return provedHealth(JSON.parse(answer.toString()), { ...terms, nonce });
  } catch {
    return undefined;
  }
}

/** By node:http, which the SDK loads anyway: the first use of `fetch` costs a command about 15 ms. */
function read(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }, (incoming) => {
      bounded(incoming, MOST_BYTES).then(resolve, reject);
    }).on('error', reject);
  });
}
