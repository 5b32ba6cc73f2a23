import type { IncomingMessage } from 'node:http';
import { AwsError } from './errors.js';
import type { SigningName } from './services/service.js';
import type { WireRequest } from './wire/http.js';

const MIB = 1024 * 1024;

/** What each service takes at most; whose signature is claimed is known before the body is read. */
const LIMITS: Readonly<Record<SigningName, number>> = {
  // Policies end at 131 072 characters (aws-facts 2.2); forms write most of them in three.
  iam: MIB,
  sts: MIB,
  // A megabyte of text (PutLogEvents), which JSON may write six times as long.
  logs: 8 * MIB,
  apigateway: 10 * MIB,
  // aws-facts 1.3
  dynamodb: 16 * MIB,
  // aws-facts 3.2
  lambda: 70_167_211,
};

/** The deployed APIs take 10 MB and refuse more in their own words, so what is read may be a little longer. */
const UNCLAIMED_LIMIT = 10 * MIB;

/** All bodies that are being read or answered together: a bound on the memory that callers can fill. */
const TOGETHER = 256 * MIB;

export const limitOf = (service: SigningName | undefined): number =>
  service === undefined ? UNCLAIMED_LIMIT : LIMITS[service];

/** Counts the bytes that are held for requests. */
export class BodyBudget {
  #left = TOGETHER;

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

export interface ReadBody {
  /** All of it, or the part that was read before it was too much. */
  readonly body: Buffer;
  readonly outcome: 'whole' | 'too-large' | 'busy';
}

/**
 * Reads until the end, or until it is too much; undefined when the caller leaves before. The bytes are taken from `budget`:
 * give those of `body` back.
 */
export function readBody(
  incoming: IncomingMessage,
  { limit, budget }: { limit: number; budget: BodyBudget },
): Promise<ReadBody | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isDone = false;
    // What is still on its way is thrown away as it comes, so that the caller can finish and hear the answer.
    const settle = (outcome: ReadBody['outcome']): void => {
      if (isDone) return;
      isDone = true;
      const [only, ...more] = chunks;
      resolve({ body: only && more.length === 0 ? only : Buffer.concat(chunks), outcome });
    };
    incoming.on('data', (chunk: Buffer) => {
      if (isDone) return;
      if (!budget.take(chunk.length)) {
        settle('busy');
        return;
      }
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) settle('too-large');
    });
    incoming.on('end', () => settle('whole'));
    incoming.on('error', () => {
      if (isDone) return;
      isDone = true;
      budget.giveBack(size);
      resolve(undefined);
    });
  });
}

/** Lambda's words name the operation (aws-facts 3.2). */
export function tooLarge(service: SigningName, request: Pick<WireRequest, 'method' | 'path'>): AwsError {
  const forOperation = service === 'lambda' ? ` for the ${lambdaOperation(request)} operation` : '';
  return new AwsError({
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: `Request must be smaller than ${LIMITS[service]} bytes${forOperation}`,
  });
}

function lambdaOperation({ path }: Pick<WireRequest, 'path'>): string {
  if (path.endsWith('/code')) return 'UpdateFunctionCode';
  return path.endsWith('/invocations') ? 'InvokeFunction' : 'CreateFunction';
}

export const busy = (): AwsError =>
  new AwsError({
    code: 'ServiceUnavailableException',
    status: 503,
    message: 'The local AWS holds as many bytes of requests as it can: try again.',
  });
