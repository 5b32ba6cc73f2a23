import type { LogEvent } from '../../ports.js';
import type { ExecutionLimits } from './limits.js';

/** What CloudWatch Logs counts for an event beside its text. */
const EVENT_OVERHEAD_BYTES = 26;

type LogLimits = Pick<
  ExecutionLimits,
  'logBytes' | 'logEvents' | 'logEventBytes' | 'logDelayMs' | 'logBatchEvents'
>;

/** The log of one process: gathers events and delivers them in batches, off the way of the answer. */
export class LogStream {
  readonly #deliver: (events: readonly LogEvent[]) => void;
  readonly #now: () => number;
  readonly #limits: LogLimits;
  #pending: LogEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lines: string[] = [];
  #bytes = 0;
  #events = 0;

  constructor(options: {
    deliver: (events: readonly LogEvent[]) => void;
    now: () => number;
    limits: LogLimits;
  }) {
    this.#deliver = options.deliver;
    this.#now = options.now;
    this.#limits = options.limits;
  }

  /** Writes an event of Lambda's own, which is never dropped. */
  write(message: string): void {
    this.#lines.push(message);
    this.#pending.push({ timestamp: this.#now(), message });
    if (this.#pending.length >= this.#limits.logBatchEvents) this.deliver();
    else this.#timer ??= setTimeout(() => this.deliver(), this.#limits.logDelayMs).unref();
  }

  /** Writes an event of the function, within bounds. */
  writeBounded(message: string): void {
    const { logBytes, logEvents, logEventBytes } = this.#limits;
    if (this.#bytes > logBytes || this.#events > logEvents) return;
    this.#events += 1;
    this.#bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    if (this.#bytes > logBytes)
      this.write(`The local AWS drops what an invocation logs beyond ${logBytes} bytes.\n`);
    else if (this.#events > logEvents)
      this.write(`The local AWS drops what an invocation logs beyond ${logEvents} events.\n`);
    else this.write(message.length > logEventBytes ? message.slice(0, logEventBytes) : message);
  }

  /** What was written since the last call: the log of one invocation. */
  take(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    this.#events = 0;
    return lines;
  }

  /** Hands on what is pending now. */
  deliver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    this.#deliver(events);
  }
}
