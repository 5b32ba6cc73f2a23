import { AwsError, tellBug } from '../../errors.js';
import type { InvocationResult } from '../ports.js';
import type { InvocationRequest } from './execution/executor.js';

/** An event that was accepted for a function. */
export interface AcceptedEvent {
  readonly functionName: string;
  readonly version: string;
  readonly request: InvocationRequest;
}

/** Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation". */
const AFTER_FAILURE_MS = [60_000, 120_000];
const AFTER_REFUSAL_MS = { first: 1000, most: 300_000 };
const MAX_AGE_MS = 6 * 3600_000;

/** Not AWS's, whose queue is larger: what waits for another attempt is in memory. */
const MAX_WAITING = 1000;
const MAX_WAITING_BYTES = 67_108_864;

interface Attempts {
  readonly acceptedAt: number;
  /** Errors of the function. */
  readonly failures: number;
  /** Throttles and faults of the service since then. */
  readonly refusals: number;
}

/**
 * Events: a function that fails is tried twice more, a minute and then two later; one that is throttled is tried again
 * for six hours. What still waits is lost when the server ends.
 */
export class AsyncInvocations {
  readonly #invoke: (event: AcceptedEvent) => Promise<InvocationResult | undefined>;
  readonly #now: () => number;
  readonly #waiting = new Set<NodeJS.Timeout>();
  #bytes = 0;
  #closed = false;

  constructor(options: {
    /** Undefined when the function is gone. */
    invoke: (event: AcceptedEvent) => Promise<InvocationResult | undefined>;
    now: () => number;
  }) {
    this.#invoke = options.invoke;
    this.#now = options.now;
  }

  accept(event: AcceptedEvent): void {
    void this.#attempt(event, { acceptedAt: this.#now(), failures: 0, refusals: 0 });
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }

  async #attempt(event: AcceptedEvent, attempts: Attempts): Promise<void> {
    const { failures, refusals } = attempts;
    try {
      const result = await this.#invoke(event);
      if (result?.functionError === undefined) return;
      const delay = AFTER_FAILURE_MS[failures];
      if (delay !== undefined)
        this.#later(delay, event, { ...attempts, failures: failures + 1, refusals: 0 });
    } catch (error) {
      // What is no answer of AWS's is a fault of this server, and passes as those of the service do.
      tellBug(error);
      if (error instanceof AwsError && error.status !== 429 && error.status < 500) return;
      const delay = Math.min(AFTER_REFUSAL_MS.first * 2 ** refusals, AFTER_REFUSAL_MS.most);
      this.#later(delay, event, { ...attempts, refusals: refusals + 1 });
    }
  }

  #later(delay: number, event: AcceptedEvent, attempts: Attempts): void {
    const size = event.request.event.length;
    if (this.#closed || this.#now() + delay - attempts.acceptedAt > MAX_AGE_MS) return;
    if (this.#waiting.size >= MAX_WAITING || this.#bytes + size > MAX_WAITING_BYTES) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#bytes -= size;
      void this.#attempt(event, attempts);
    }, delay).unref();
    this.#waiting.add(timer);
    this.#bytes += size;
  }
}
