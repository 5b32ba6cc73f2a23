import type { AwsError } from './errors.js';
import type { WireResponse } from './wire/http.js';

/** A call as a fault plan names it. */
export interface NamedCall {
  /** The signing name, such as `apigateway`; `execute-api` for a request to a deployed API, `s3` for a function's code. */
  readonly service: string;
  /** AWS's name, such as `CreateRestApi`; `Invoke` for a deployed API, `GetObject` for a function's code. */
  readonly operation: string;
  /** The role whose session calls, such as a running function's; undefined when the owner calls, or nobody known. */
  readonly role: string | undefined;
  /** Which call of this operation by this caller it is since the server opened, from 1. The SDK's own retries count. */
  readonly nth: number;
}

/** Says what goes wrong with a call, if anything does; asked once for each. */
export type FaultPlan = (call: NamedCall) => Fault | undefined;

export interface Fault {
  /** Before the call acts; an ending given here keeps it from acting. */
  readonly before?: Happening;
  /** When all that it changed is on disk and the answer is about to be sent; an ending given here takes the answer's place. */
  readonly after?: Happening;
}

/**
 * What happens at one moment of a call: whatever it does, the call waits for it, and ends as it says, or goes on when it
 * says nothing. `gone` is aborted when the client has left or the server closes.
 */
export type Happening = (gone: AbortSignal) => Ending | undefined | Promise<Ending | undefined>;

/** An error in the service's own form; a TCP reset, which a client sees as ECONNRESET; or no answer for as long as the client waits. */
export type Ending = AwsError | 'reset' | 'silence';

/** How one call is carried out and answered. */
export interface Exchange {
  readonly act: () => Promise<WireResponse>;
  readonly fail: (error: AwsError) => WireResponse;
  /** Aborted when the client has left. */
  readonly left: AbortSignal;
}

/** Counts the calls and carries out what the plan says of them. */
export class Faults {
  readonly #plan: FaultPlan;
  readonly #closing: AbortSignal;
  readonly #counts = new Map<string, number>();

  /** @param closing aborted when the server begins to close */
  constructor(plan: FaultPlan, closing: AbortSignal) {
    this.#plan = plan;
    this.#closing = closing;
  }

  /** @returns the answer; undefined when the connection is to be reset instead. */
  async carryOut(call: Omit<NamedCall, 'nth'>, exchange: Exchange): Promise<WireResponse | undefined> {
    const fault = this.#plan({ ...call, nth: this.#count(call) });
    if (!fault) return exchange.act();
    const gone = AbortSignal.any([exchange.left, this.#closing]);
    const instead = await fault.before?.(gone);
    if (instead) return end(instead, exchange, gone);
    const response = await exchange.act();
    const ending = await fault.after?.(gone);
    return ending ? end(ending, exchange, gone) : response;
  }

  #count({ service, operation, role }: Omit<NamedCall, 'nth'>): number {
    const key = JSON.stringify([service, operation, role]);
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    return nth;
  }
}

async function end(ending: Ending, { fail }: Exchange, gone: AbortSignal): Promise<WireResponse | undefined> {
  if (ending === 'silence') await aborted(gone);
  return typeof ending === 'string' ? undefined : fail(ending);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
