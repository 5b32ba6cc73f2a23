/** How an invocation ends; only the first call counts. */
export interface Ending {
  readonly succeed: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** What a handler may end its invocation with up to nodejs22.x. */
export interface Callbacks {
  readonly callback: (error?: unknown, result?: unknown) => void;
  /** Gives the context object the members that it then has. */
  readonly extend: (context: object) => object;
  /** The event loop has run empty: the answer that was waiting for it, or null where there was no call. */
  readonly drained: () => void;
}

/**
 * The callback style of Lambda's Node.js runtimes up to nodejs22.x: `callback` waits for an empty event loop unless
 * the handler says otherwise, `done`, `succeed` and `fail` do not.
 */
export function createCallbacks(ending: Ending): Callbacks {
  const state = { waits: true, called: false, result: null as unknown };
  const once = (act: () => void): void => {
    if (state.called) return;
    state.called = true;
    act();
  };
  const settle = (error: unknown, result: unknown): void => {
    if (error === undefined || error === null) ending.succeed(result);
    else ending.fail(error);
  };
  return {
    callback: (error, result) =>
      once(() => {
        const failed = error !== undefined && error !== null;
        if (failed || !state.waits) settle(error, result);
        else state.result = result;
      }),
    // One accessor by itself: to copy all members as descriptors took as long as the rest of a short invocation.
    extend: (context) =>
      Object.assign(
        Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
          configurable: true,
          enumerable: true,
          get: () => state.waits,
          set: (value: boolean) => {
            state.waits = value;
          },
        }),
        {
          succeed: (result: unknown) => once(() => settle(undefined, result)),
          fail: (error: unknown) => once(() => ending.fail(error ?? 'handled')),
          done: (error: unknown, result: unknown) => once(() => settle(error, result)),
        },
      ),
    drained: () => ending.succeed(state.result),
  };
}
