import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { portOf } from '../../../server.js';
import { MAX_RESPONSE_BYTES, TOO_LARGE, type RequestFacts } from '../protocol.js';

/** What a custom runtime tells through the Runtime API. */
export interface RuntimeApiListener {
  /** It asked for its first invocation: it is initialized. */
  ready(): void;
  initFailed(error: Buffer): void;
  answered(answer: { failed: boolean; payload: Buffer }): void;
}

interface Invocation {
  readonly facts: RequestFacts;
  readonly event: Buffer;
}

const VERSION = '2018-06-01';

/** A runtime has one poll and perhaps an answer under way. */
const MAX_CONNECTIONS = 16;

/** What is read of an answer that is too large, so that the runtime comes to hear of it. */
const MAX_READ_BYTES = 4 * MAX_RESPONSE_BYTES;

/**
 * Lambda's Runtime API for one process of a custom runtime (aws-facts 4.3; Lambda developer guide, "Using the Lambda
 * runtime API"), on a port of its own and below a path that only that process is told: no other can pose as the runtime.
 */
export class RuntimeApi {
  readonly #listener: RuntimeApiListener;
  readonly #server: Server;
  readonly #secret = randomBytes(16).toString('hex');
  #initialized = false;
  /** The request for the next invocation, while there is none. */
  #poll: ServerResponse | undefined;
  #waiting: Invocation | undefined;
  #running: Invocation | undefined;

  constructor(listener: RuntimeApiListener) {
    this.#listener = listener;
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** The value of `AWS_LAMBDA_RUNTIME_API`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${portOf(this.#server)}/${this.#secret}`));
      this.#server.unref();
    });
  }

  /** Gives the runtime an invocation; it must have answered the one before. */
  offer(invocation: Invocation): void {
    this.#waiting = invocation;
    this.#hand();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, secret = '', version, runtime, ...path] = (request.url ?? '').split('/');
    const call = `${request.method ?? ''} ${path.join('/')}`;
    const answered = /^POST invocation\/([^/]+)\/(response|error)$/.exec(call);
    if (!isSame(secret, this.#secret) || version !== VERSION || runtime !== 'runtime') notFound(response);
    else if (call === 'GET invocation/next') this.#next(response);
    else if (call === 'POST init/error') await this.#initError(request, response);
    else if (answered) {
      const [, id = '', kind] = answered;
      await this.#invocationAnswered(request, response, { id, failed: kind === 'error' });
    } else notFound(response);
  }

  #next(response: ServerResponse): void {
    if (this.#running || this.#poll) {
      forbid(response, { from: this.#running ? 'Running' : 'Ready', to: 'Ready' });
      return;
    }
    this.#poll = response;
    response.once('close', () => {
      if (this.#poll === response) this.#poll = undefined;
    });
    if (!this.#initialized) {
      this.#initialized = true;
      this.#listener.ready();
    }
    this.#hand();
  }

  #hand(): void {
    const [response, invocation] = [this.#poll, this.#waiting];
    if (!response || !invocation) return;
    this.#poll = undefined;
    this.#waiting = undefined;
    this.#running = invocation;
    response.writeHead(200, headersOf(invocation)).end(invocation.event);
  }

  async #initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#initialized) {
      forbid(response, { from: this.#running ? 'Running' : 'Ready', to: 'InitError' });
      return;
    }
    const error = await readBody(request);
    if (!error) tooLarge(response);
    else {
      await accept(response);
      this.#listener.initFailed(error);
    }
  }

  async #invocationAnswered(
    request: IncomingMessage,
    response: ServerResponse,
    { id, failed }: { id: string; failed: boolean },
  ): Promise<void> {
    const running = this.#running;
    if (!running) {
      forbid(response, { from: 'Ready', to: failed ? 'InvocationErrorResponse' : 'InvocationResponse' });
      return;
    }
    const payload = await readBody(request);
    // Another answer may have come while this one was being read.
    if (this.#running !== running || running.facts.requestId !== id) {
      refuse(response, 400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' });
      return;
    }
    this.#running = undefined;
    if (payload) await accept(response);
    else tooLarge(response);
    // What the runtime printed before it answered has been read when the event loop has turned once.
    setImmediate(() =>
      this.#listener.answered(
        payload ? { failed, payload } : { failed: true, payload: Buffer.from(TOO_LARGE) },
      ),
    );
  }
}

function headersOf({ facts, event }: Invocation): Record<string, string | number> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': event.length,
    'Lambda-Runtime-Aws-Request-Id': facts.requestId,
    'Lambda-Runtime-Deadline-Ms': facts.deadline,
    'Lambda-Runtime-Invoked-Function-Arn': facts.functionArn,
    'Lambda-Runtime-Trace-Id': facts.traceId,
    ...(facts.clientContext === undefined
      ? {}
      : { 'Lambda-Runtime-Client-Context': asciiJson(facts.clientContext) }),
  };
}

/** A header can hold nothing else. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Undefined when there is more than an answer may have. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    if (size > MAX_READ_BYTES) throw new Error('far too large');
  }
  return size > MAX_RESPONSE_BYTES ? undefined : Buffer.concat(chunks);
}

/** Status and body of AWS's refusals are those of its open-sourced runtime interface emulator. */
function refuse(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function forbid(response: ServerResponse, { from, to }: { from: string; to: string }): void {
  refuse(response, 403, {
    errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
    errorType: 'InvalidStateTransition',
  });
}

const tooLarge = (response: ServerResponse): void =>
  refuse(response, 413, {
    errorMessage: `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    errorType: 'RequestEntityTooLarge',
  });

const notFound = (response: ServerResponse): void =>
  void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');

/** Resolves when the answer is on its way, so that a process that is ended next still gets it. */
function accept(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}\n', resolve);
  });
}
