import type { Ended } from './child.js';

/** What Invoke answers when a process gave no answer itself (aws-facts 4.2). */
export const timeoutPayload = (requestId: string, seconds: number): Buffer =>
  payload(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  );

export const crashPayload = (requestId: string, { errorType, reason }: Crash): Buffer =>
  payload(errorType, `RequestId: ${requestId} Error: ${reason}`);

/** Why a process that gave no answer is gone. */
export interface Crash {
  readonly errorType: 'Runtime.ExitError' | 'Runtime.InvalidEntrypoint';
  readonly reason: string;
}

/** Not AWS's: it would run them. */
export const unsupportedRuntimePayload = (requestId: string, runtime: string): Buffer =>
  payload(
    'Runtime.Unsupported',
    `RequestId: ${requestId} Error: The local AWS runs functions with a Node.js runtime or a custom one (provided), and this one has ${runtime}.`,
  );

function payload(errorType: string, errorMessage: string): Buffer {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}

/** AWS's words for the end of a process. */
export function crashOf(how: Ended | undefined): Crash {
  if (how?.entrypointFault !== undefined) {
    return { errorType: 'Runtime.InvalidEntrypoint', reason: how.entrypointFault };
  }
  return { errorType: 'Runtime.ExitError', reason: exitReason(how) };
}

function exitReason(how: Ended | undefined): string {
  if (how?.signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (how?.signal === 'SIGABRT') return 'Runtime exited with error: signal: aborted (core dumped)';
  if (how?.signal) return `Runtime exited with error: signal: ${how.signal.slice(3).toLowerCase()}`;
  if (how?.code) return `Runtime exited with error: exit status ${how.code}`;
  return 'Runtime exited without providing a reason';
}

/** What Node prints before it gives up at the limit that the function's memory size sets. */
export const isHeapExhausted = (line: string): boolean => line.includes('JavaScript heap out of memory');
