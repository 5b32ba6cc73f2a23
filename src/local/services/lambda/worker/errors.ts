import { types } from 'node:util';

/** An error of the runtime's own, such as `Runtime.HandlerNotFound` (aws-facts 4.2). */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

/** A promise that was rejected with nobody listening; AWS logs the reason beside it. */
export class UnhandledPromiseRejection extends RuntimeError {
  readonly reason: unknown;
  readonly promise: unknown;

  constructor(reason: unknown, promise: unknown) {
    super('UnhandledPromiseRejection', String(reason));
    this.reason = reason;
    this.promise = promise;
  }
}

export const nodeJsExit = (): RuntimeError =>
  new RuntimeError(
    'NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
  );

/** What Invoke answers for an error, in AWS's order of keys. */
export function errorObject(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  try {
    if (isError(error)) {
      return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

/** What AWS logs for an error: its own members beside type, message and stack. */
export function errorLogText(error: unknown): string {
  try {
    const logged = isError(error) ? error : new Error(String(error));
    return JSON.stringify(logged, (_key, value: unknown) => (isError(value) ? enumerated(value) : value));
  } catch {
    return JSON.stringify(errorObject(error));
  }
}

function enumerated(error: Error): object {
  return {
    errorType: error.name,
    errorMessage: error.message,
    code: 'code' in error ? error.code : undefined,
    ...Object.fromEntries(Object.entries(error)),
    stack: (error.stack ?? '').split('\n'),
  };
}

const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);
