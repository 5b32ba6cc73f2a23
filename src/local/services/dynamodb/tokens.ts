import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { tokenReused } from './errors.js';

/** How long DynamoDB knows a token again (API reference, TransactWriteItems), and how many are kept here. */
const TOKEN_MS = 600_000;
const MOST_TOKENS = 1000;

interface Request {
  readonly ClientRequestToken?: string;
  readonly TransactItems: readonly unknown[];
}

/** Requests that were carried out: the same token with the same request does nothing once more. A restart forgets them. */
export interface Tokens {
  /** @throws AwsError IdempotentParameterMismatchException when the token stood for another request. */
  isKnown(request: Request): boolean;
  remember(request: Request): void;
  /** This very request has failed after all. */
  forget(request: Request): void;
}

export function createTokens(clock: Clock): Tokens {
  const known = new Map<string, { readonly digest: string; readonly until: number }>();
  // A request may be large: what is kept is enough to know it again.
  const digestOf = ({ TransactItems }: Request): string =>
    createHash('sha256').update(JSON.stringify(TransactItems)).digest('base64');
  return {
    isKnown: (request) => {
      const before = known.get(request.ClientRequestToken ?? '');
      if (before === undefined || before.until <= clock.now()) return false;
      if (before.digest !== digestOf(request)) throw tokenReused();
      return true;
    },
    forget: (request) => {
      const token = request.ClientRequestToken ?? '';
      if (known.get(token)?.digest === digestOf(request)) known.delete(token);
    },
    remember: (request) => {
      const token = request.ClientRequestToken;
      if (token === undefined) return;
      known.delete(token);
      known.set(token, { digest: digestOf(request), until: clock.now() + TOKEN_MS });
      const [oldest] = known.keys();
      if (known.size > MOST_TOKENS && oldest !== undefined) known.delete(oldest);
    },
  };
}
