import { LabError } from '../lab-error.js';
import { verifyEndpoint, type KeyVerdict } from '../tutorial/endpoint.js';
import type { Context } from './context.js';
import { toLabError } from './render/error.js';

/** What came of asking the endpoint. */
export type Verified =
  { readonly kind: KeyVerdict; readonly ms: number } | { readonly kind: 'failed'; readonly error: LabError };

/** Who asks: on whose screen, and of which AWS. */
interface Asking {
  readonly edge: Pick<Context['edge'], 'clock' | 'screen'>;
  readonly target: Pick<Context['target'], 'kind' | 'endpoint'>;
}

/** Asks the endpoint; `note` hears what is waited for. Says nothing yet (`sayVerified`). */
export async function verify(
  { edge, target }: Asking,
  endpoint: Omit<Parameters<typeof verifyEndpoint>[1], 'mayIgnoreKeys'>,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (text: string) => void },
): Promise<Verified> {
  const start = edge.clock.now();
  const mayIgnoreKeys = otherServer(target) !== undefined;
  try {
    const kind = await verifyEndpoint({ clock: edge.clock, signal, note }, { ...endpoint, mayIgnoreKeys });
    return { kind, ms: edge.clock.now() - start };
  } catch (error) {
    return { kind: 'failed', error: toLabError(error) };
  }
}

const otherServer = ({ kind, endpoint }: Asking['target']): string | undefined =>
  kind === 'aws' ? endpoint : undefined;

/**
 * Says what came of it, and gives back why the endpoint is not as it must be, if it is not. A server behind
 * `--endpoint-url` that does not enforce API keys is only warned of; AWS does, so there it is a fault.
 */
export function sayVerified({ edge, target }: Asking, url: string, verified: Verified): LabError | undefined {
  const server = otherServer(target);
  if (verified.kind === 'failed') return withWayOut(verified.error, server);
  if (verified.kind === 'key-enforced') {
    const seconds = (verified.ms / 1000).toFixed(1);
    const says = `    The endpoint answers a ping with the key, and refuses one without (${seconds} s).`;
    edge.screen.progress(edge.screen.err.prose(says));
    return undefined;
  }
  if (server === undefined) return keyNotEnforced(url);
  edge.screen.complain(
    edge.screen.err.prose(
      `Warning: ${server} does not enforce API keys: anyone who reaches it may call the API.`,
    ),
  );
  return undefined;
}

/** Of a server that runs no functions no waiting makes one that answers. */
function withWayOut(error: LabError, server: string | undefined): LabError {
  const { code, message, hint = '', cause } = error;
  if (server === undefined || code !== 'timed-out') return error;
  const wayOut = `Where ${server} runs no functions, leave the endpoint unasked: \`lab-setup up --no-verify\``;
  return new LabError(code, message, { hint: `${hint}\n      ${wayOut}`, cause });
}

function keyNotEnforced(url: string): LabError {
  return new LabError('not-answered', `The endpoint ${url} answers without the API key as well.`, {
    hint: 'Look for what differs with `lab-setup status`, then run `lab-setup up` again.',
  });
}
