import { performance } from 'node:perf_hooks';
import { FRAME, MAX_RESPONSE_BYTES, TOO_LARGE } from '../protocol.js';
import { createCallbacks, type Ending } from './callbacks.js';
import type { Channel, Request } from './channel.js';
import { logLine } from './console.js';
import { contextOf, type FunctionFacts } from './context.js';
import { errorLogText, errorObject, nodeJsExit, RuntimeError } from './errors.js';
import type { Handler } from './handler.js';

/** The last runtime that lets a handler answer through a callback. */
const LAST_WITH_CALLBACKS = 22;

/** The invocation under way. */
interface Current {
  readonly requestId: string;
  readonly startedAt: number;
  /** What an empty event loop means for it. */
  drained: () => void;
}

/**
 * Takes one request after another to the handler. The class has the name of the one in Lambda's own runtime, because
 * it shows in stack traces: `at Runtime.handler (/var/task/index.js:3:11)`.
 */
export class Runtime {
  readonly #channel: Channel;
  readonly #version: number;
  readonly #facts: FunctionFacts;
  /** Puts AWS's paths into a text, instead of those of this machine. */
  readonly #visible: (text: string) => string;
  #current: Current | undefined;
  handler: Handler | undefined;

  constructor(options: {
    channel: Channel;
    /** 24 for `nodejs24.x`. */
    version: number;
    facts: FunctionFacts;
    visible: (text: string) => string;
  }) {
    this.#channel = options.channel;
    this.#version = options.version;
    this.#facts = options.facts;
    this.#visible = options.visible;
  }

  get requestId(): string | undefined {
    return this.#current?.requestId;
  }

  /** Begins to serve, after a turn of the event loop: a rejection that loading left behind still fails the loading. */
  start(handler: Handler): void {
    setImmediate(() => {
      this.handler = handler;
      this.#channel.write(FRAME.ready, '', performance.now());
      this.#next();
    });
  }

  /** The event loop has run empty. */
  drained(): void {
    if (this.#current) this.#current.drained();
    else if (!this.handler) this.die('Uncaught Exception', nodeJsExit(), 1);
  }

  /** Reports an error that leaves the process unusable, and ends it. */
  die(title: string, error: unknown, exitCode: number): never {
    const current = this.#current;
    this.#log(title, error);
    const text = this.#visible(JSON.stringify(errorObject(error)));
    if (current) this.#channel.write(FRAME.fatal, text, performance.now() - current.startedAt);
    else if (!this.handler) this.#channel.write(FRAME.initError, text, performance.now());
    process.exit(exitCode);
  }

  /** Waits for the next request, then lets the event loop turn once, so that it sees what happened meanwhile. */
  #next(): void {
    const request = this.#channel.read();
    if (!request) process.exit(0);
    setImmediate(() => this.#begin(request));
  }

  #begin({ facts, event }: Request): void {
    process.env['_X_AMZN_TRACE_ID'] = facts.traceId;
    const current: Current = {
      requestId: facts.requestId,
      startedAt: performance.now(),
      drained: () => undefined,
    };
    this.#current = current;
    const ending = this.#endingOf(current);
    const context = contextOf(facts, this.#facts);
    if (this.#version > LAST_WITH_CALLBACKS) {
      current.drained = () => ending.fail(nodeJsExit());
      this.#call(() => this.handler?.(event, context), ending);
    } else this.#callWithCallback({ event, context, current, ending });
  }

  /** Any value is awaited. */
  #call(invoke: () => unknown, ending: Ending): void {
    try {
      Promise.resolve(invoke()).then(ending.succeed, ending.fail);
    } catch (error) {
      ending.fail(error);
    }
  }

  /** A value that is not a promise is no answer: only the callback, or an empty event loop, ends the invocation. */
  #callWithCallback(options: { event: unknown; context: object; current: Current; ending: Ending }): void {
    const { event, context, current, ending } = options;
    const { callback, extend, drained } = createCallbacks(ending);
    current.drained = drained;
    try {
      const result = this.handler?.(event, extend(context), callback);
      if (!isThenable(result)) return;
      current.drained = () => ending.fail(nodeJsExit());
      result.then(ending.succeed, ending.fail);
    } catch (error) {
      ending.fail(error);
    }
  }

  /** The ending waits one turn of the event loop, in which a rejection that nobody handles still fails the invocation. */
  #endingOf(current: Current): Ending {
    const state = { ended: false };
    const end = (write: () => void): void => {
      if (state.ended || this.#current !== current) return;
      state.ended = true;
      setImmediate(() => {
        write();
        this.#current = undefined;
        this.#next();
      });
    };
    const fail = (error: unknown): void => {
      this.#log('Invoke Error', error);
      this.#answer(FRAME.error, this.#visible(JSON.stringify(errorObject(error))), current);
    };
    return {
      succeed: (result) =>
        end(() => {
          const text = toJson(result);
          if (text === undefined)
            fail(new RuntimeError('JSONStringifyError', 'Unable to stringify response body'));
          else if (Buffer.byteLength(text) > MAX_RESPONSE_BYTES)
            this.#answer(FRAME.error, TOO_LARGE, current);
          else this.#answer(FRAME.result, text, current);
        }),
      fail: (error) => end(() => fail(error)),
    };
  }

  #answer(kind: number, text: string, current: Current): void {
    this.#channel.write(kind, text, performance.now() - current.startedAt);
  }

  #log(title: string, error: unknown): void {
    const text = `${title} \t${this.#visible(errorLogText(error))}`;
    this.#channel.write(FRAME.line, logLine(this.requestId, 'ERROR', text));
  }
}

/** Undefined when the value has no JSON; a function or a symbol stands for null, as nothing does. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(['undefined', 'function', 'symbol'].includes(typeof value) ? null : value);
  } catch {
    return undefined;
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
