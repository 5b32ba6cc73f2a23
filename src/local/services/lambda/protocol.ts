/**
 * What the server and a function's process say to one another: requests on one file descriptor, frames back on
 * another. Both ends are in this package, so the form is small: a request is two lengths, its facts as JSON, and the
 * event as it came; a frame is a kind, a length and a body.
 */

/** The process reads requests here. */
export const REQUEST_FD = 3;
/** The process writes frames here. */
export const FRAME_FD = 4;

export const REQUEST_HEAD_BYTES = 8;
export const FRAME_HEAD_BYTES = 5;
/** Begins the body of all frames but `line` and `output`: milliseconds as a double, then megabytes in use. */
export const MEASURE_BYTES = 12;

/** AWS's limit for what a handler returns (aws-facts 4.2). */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** What Invoke answers for more than that; AWS writes the message first here. */
export const TOO_LARGE = JSON.stringify({
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  errorType: 'Function.ResponseSizeTooLarge',
});

export const FRAME = {
  /** A log event that is complete, its line breaks included. */
  line: 1,
  /** Raw bytes of stdout or stderr, to be cut into lines. */
  output: 2,
  /** The handler is loaded. */
  ready: 3,
  /** The handler could not be loaded; the process ends. */
  initError: 4,
  /** The handler's JSON. */
  result: 5,
  /** The error object of a handler that failed; the process lives on. */
  error: 6,
  /** The error object of a process that ends because of it. */
  fatal: 7,
} as const;

/** What the process learns of an invocation beside its event. */
export interface RequestFacts {
  readonly requestId: string;
  readonly functionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly traceId: string;
  /** The client context's JSON, decoded from the header. */
  readonly clientContext?: unknown;
}

/** How long something took, and the memory in use after it. */
export interface Measure {
  readonly ms: number;
  readonly megabytes: number;
}
