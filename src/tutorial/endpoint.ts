import { retryWhile } from '../aws/poll.js';
import { BUDGETS, type Waiting } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import { isLost, messageOf } from '../aws/errors.js';
import { postJson } from './post.js';

/** An answer of the deployed API. */
export interface EndpointAnswer {
  readonly status: number;
  /** As it came; JSON text from the tutorial's function. */
  readonly body: string;
  readonly ms: number;
}

/**
 * Which limit of the usage plan refused a request. Both are HTTP 429, and only the message tells them apart (aws-facts 7.3):
 * the rate lets requests through again in a moment, a used-up quota not before its day, week or month is over.
 */
export type PlanLimit = 'rate' | 'quota';

/** @returns undefined for an answer that is no refusal by a limit */
export function limitThatRefused({
  status,
  body,
}: Pick<EndpointAnswer, 'status' | 'body'>): PlanLimit | undefined {
  if (status !== 429) return undefined;
  return body.includes('Limit Exceeded') ? 'quota' : 'rate';
}

/** What helps against a used-up quota. The tutorial's plan has none, so somebody set it. */
export const QUOTA_HINT =
  'Requests pass again when the quota’s day, week or month is over, or once it is raised or removed under API Gateway > Usage plans; the tutorial’s plan has none. A quota that was just changed takes up to some minutes to be known everywhere.';

/** API Gateway itself gives up after 29 s. */
const REQUEST_TIMEOUT_MS = 35_000;

/** POSTs an event to the deployed API, once. @throws LabError `unreachable` when no answer comes. */
export async function callEndpoint(
  waiting: Pick<Waiting, 'clock' | 'signal'>,
  request: { readonly url: string; readonly apiKey: string | undefined; readonly body: string },
): Promise<EndpointAnswer> {
  const { url, apiKey, body } = request;
  const start = waiting.clock.now();
  try {
    const answer = await postJson(url, {
      headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
      body,
      signal: AbortSignal.any([waiting.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    if (answer.status >= 300 && answer.status < 400) throw new Error(`HTTP ${answer.status}, a redirect`);
    return { ...answer, ms: waiting.clock.now() - start };
  } catch (error) {
    if (waiting.signal.aborted) throw error;
    throw new LabError('unreachable', `The endpoint ${url} did not answer: ${causeOf(error)}.`, {
      hint: 'See what the lab is missing: `lab-setup status`',
      cause: error,
    });
  }
}

const causeOf = (error: unknown): string =>
  messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);

/** Whether the endpoint refused a call without the key, as it must. */
export type KeyVerdict = 'key-enforced' | 'key-not-enforced';

/** What one attempt at the endpoint showed; `undefined` is an endpoint that is not ready. */
type Attempt = KeyVerdict | undefined;

/**
 * Asks the endpoint until, in one attempt, it answers a ping with the key and refuses one without. A new API, key or
 * plan takes up to minutes to be known everywhere (aws-facts 7.6).
 * @returns `key-not-enforced` when all along it answered without the key as well
 * @throws LabError `timed-out` when it did not answer a ping with the key within the budget; `not-answered` at once when a
 *   quota is used up, which no waiting of minutes cures
 */
export async function verifyEndpoint(
  waiting: Waiting,
  endpoint: {
    readonly url: string;
    readonly apiKey: string;
    readonly mayIgnoreKeys: boolean;
    /** The plan was changed just now: what refuses may be a quota that it no longer has. */
    readonly isPlanNew: boolean;
  },
): Promise<KeyVerdict> {
  const body = JSON.stringify({ operation: 'ping' });
  let last: Attempt;
  const attempt = async (): Promise<KeyVerdict> => {
    last = undefined;
    const [withKey, without] = await Promise.all([
      callEndpoint(waiting, { ...endpoint, body }),
      callEndpoint(waiting, { url: endpoint.url, apiKey: undefined, body }),
    ]);
    last = judge(withKey, without);
    // A server that never enforces keys is not worth five minutes of asking.
    if (last === 'key-enforced' || (last === 'key-not-enforced' && endpoint.mayIgnoreKeys)) return last;
    if (limitThatRefused(withKey) === 'quota' && !endpoint.isPlanNew) throw quotaUsedUp(endpoint.url);
    throw new NotReady(withKey, without);
  };
  try {
    return await retryWhile(
      waiting,
      {
        budget: BUDGETS.endpoint,
        waitFor: (error) => (mayPass(error) ? READY : undefined),
        note: (_, error) => `waiting until ${READY} (now: ${messageOf(error)})`,
      },
      attempt,
    );
  } catch (error) {
    if (error instanceof LabError && last === 'key-not-enforced') return last;
    throw error;
  }
}

const READY = 'the endpoint answers with the key and refuses without';

const mayPass = (error: unknown): boolean =>
  error instanceof NotReady || isLost(error) || (error instanceof LabError && error.code === 'unreachable');

const quotaUsedUp = (url: string): LabError =>
  new LabError(
    'not-answered',
    `The endpoint ${url} refuses the key with HTTP 429 Limit Exceeded: the quota of the usage plan is used up.`,
    { hint: QUOTA_HINT },
  );

/** The endpoint answered, but not yet as it should. */
class NotReady extends Error {
  override readonly name = 'NotReady';
  constructor(withKey: EndpointAnswer, without: EndpointAnswer) {
    // It may be a page; it is told in a line.
    const body = withKey.body.replace(/\s+/g, ' ').trim().slice(0, 200);
    super(`HTTP ${withKey.status} with the key, HTTP ${without.status} without: ${body}`);
  }
}

function judge(withKey: EndpointAnswer, without: EndpointAnswer): Attempt {
  if (withKey.status !== 200 || withKey.body !== '"pong"') return undefined;
  if (without.status === 403) return 'key-enforced';
  // Anything else, such as a passing 500, says nothing about the key.
  return without.status === 200 ? 'key-not-enforced' : undefined;
}
