import { LabError } from '../lab-error.js';
import { verifyEndpoint } from '../tutorial/endpoint.js';
import type { Context } from './context.js';
import { toLabError } from './render/error.js';
import { createProgress } from './render/progress.js';

/**
 * Asks the endpoint, and gives back why it is not as it must be, if it is not. A server behind `--endpoint-url` that
 * does not enforce API keys is only warned of; AWS does, so there it is a fault.
 */
export async function verify(
  context: Context,
  endpoint: { url: string; apiKey: string },
): Promise<LabError | undefined> {
  const { edge, target } = context;
  const { screen } = edge;
  const otherServer = target.kind === 'aws' ? target.endpoint : undefined;
  const progress = await createProgress(screen, 'spinner only');
  const start = edge.clock.now();
  const note = (text: string): void => progress.listener({ kind: 'note', step: 'endpoint', text });
  const waiting = { clock: edge.clock, signal: edge.signal, note };
  progress.busy('asking the endpoint');
  try {
    const verdict = await verifyEndpoint(waiting, { ...endpoint, mayIgnoreKeys: otherServer !== undefined });
    progress.end();
    if (verdict === 'key-enforced') {
      const seconds = ((edge.clock.now() - start) / 1000).toFixed(1);
      screen.progress(
        `    The endpoint answers a ping with the key, and refuses one without (${seconds} s).`,
      );
      return undefined;
    }
    if (otherServer === undefined) return keyNotEnforced(endpoint.url);
    screen.complain(
      `Warning: ${otherServer} does not enforce API keys: anyone who reaches it may call the API.`,
    );
    return undefined;
  } catch (error) {
    progress.end();
    return toLabError(error);
  }
}

function keyNotEnforced(url: string): LabError {
  return new LabError('not-answered', `The endpoint ${url} answers without the API key as well.`, {
    hint: 'Look for what differs with `lab-setup status`, then run `lab-setup up` again.',
  });
}
