import type { InvocationResult } from '../../ports.js';
import { serviceException } from '../errors.js';
import type { Measure } from '../protocol.js';
import type { Child, ChildListener, Ended } from './child.js';
import { crashOf, crashPayload, isHeapExhausted, timeoutPayload, type Crash } from './failures.js';
import type { ExecutionLimits } from './limits.js';
import {
  endLine,
  exitLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
  timeoutLine,
} from './log-lines.js';
import type { LogStream } from './log-stream.js';
import { watchMemory } from './memory.js';

/** An invocation that waits for a process, or has one. */
export interface Job {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON text. */
  readonly event: Buffer;
  readonly clientContext?: unknown;
  resolve(result: InvocationResult): void;
  reject(error: unknown): void;
}

/** What the pool is told. */
export interface EnvironmentListener {
  /** What ends it is another thing now. */
  changed(environment: ExecutionEnvironment): void;
  /** It can take a job. */
  free(environment: ExecutionEnvironment): void;
  /** Its process is gone. `initFailed` when it never could take a job: one that waits is to be told so. */
  gone(environment: ExecutionEnvironment, initFailed: boolean): void;
}

export interface EnvironmentOptions {
  readonly runtime: string;
  readonly region: string;
  readonly version: string;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly start: (listener: ChildListener) => Child;
  /** Lines that the log begins with, after Lambda's own first. */
  readonly remarks: readonly string[];
  readonly log: LogStream;
  readonly now: () => number;
  readonly limits: ExecutionLimits;
}

interface Running {
  readonly job: Job;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  timedOut: boolean;
}

/** How an invocation that got no answer from its process ended. */
interface Broken {
  readonly ms: number;
  readonly payload: Buffer;
  /** For the REPORT line. */
  readonly status: string;
}

/** One process of a function, with AWS's name for it: loads the code once, then takes one job at a time. */
export class ExecutionEnvironment {
  readonly startedAt: number;
  readonly #options: EnvironmentOptions;
  readonly #listener: EnvironmentListener;
  readonly #child: Child;
  readonly #initTimer: NodeJS.Timeout;
  readonly #memoryTimer: NodeJS.Timeout;
  #loaded = false;
  #initMs: number | undefined;
  #initError: Buffer | undefined;
  #initTimedOut = false;
  #megabytes = 0;
  #memoryExhausted = false;
  #running: Running | undefined;
  #brokeDown = false;
  #ended: Ended | undefined;

  constructor(options: EnvironmentOptions, listener: EnvironmentListener) {
    this.#options = options;
    this.#listener = listener;
    this.startedAt = options.now();
    options.log.write(initStartLine(options.runtime, options.region));
    for (const remark of options.remarks) options.log.write(remark);
    this.#child = options.start({
      line: (text) => this.#line(text),
      spawned: () => listener.changed(this),
      ready: (measure) => this.#ready(measure),
      initFailed: (measure, error) => this.#initFailed(measure, error),
      answered: (answer) => this.#answered(answer),
      ended: (how) => this.#end(how),
    });
    this.#initTimer = setTimeout(
      () => {
        this.#initTimedOut = true;
        this.#child.kill();
      },
      options.limits.initMs + options.timeoutSeconds * 1000,
    ).unref();
    this.#memoryTimer = watchMemory({
      pid: () => this.target && Math.abs(this.target),
      atWork: () => !this.#loaded || this.#running !== undefined,
      megabytes: options.memorySize,
      exceeded: () => {
        this.#memoryExhausted = true;
        this.#child.kill();
      },
    });
  }

  /** What `kill` is to be given to end it. */
  get target(): number | undefined {
    return this.#child.target;
  }

  /** Its process ended by what an invocation did. */
  get brokeDown(): boolean {
    return this.#brokeDown;
  }

  /** Hands the job to the process, which must be free. */
  run(job: Job): void {
    const { log, now, timeoutSeconds } = this.#options;
    const startedAt = now();
    log.write(startLine(job.requestId, this.#options.version));
    const running: Running = {
      job,
      startedAt,
      timedOut: false,
      timer: setTimeout(() => {
        running.timedOut = true;
        this.#child.kill();
      }, timeoutSeconds * 1000),
    };
    this.#running = running;
    this.#child.send(
      {
        requestId: job.requestId,
        functionArn: job.functionArn,
        deadline: startedAt + timeoutSeconds * 1000,
        traceId: traceIdOf(job.requestId, startedAt),
        ...(job.clientContext === undefined ? {} : { clientContext: job.clientContext }),
      },
      job.event,
    );
  }

  /** Tells a job that the process could not load the function. */
  failInit(job: Job): void {
    const { log } = this.#options;
    log.write(startLine(job.requestId, this.#options.version));
    const how = this.#ended;
    if (how?.failure) {
      job.reject(serviceException(`The function's process could not be started: ${how.failure.message}`));
      return;
    }
    if (this.#initTimedOut) this.#finish(job, this.#timedOut(job));
    else if (this.#initError) this.#finish(job, this.#brokenInit(this.#initError));
    else this.#finish(job, this.#crashed(job, { how, since: this.startedAt }));
  }

  stop(): void {
    this.#child.kill();
  }

  #line(text: string): void {
    if (isHeapExhausted(text)) this.#memoryExhausted = true;
    this.#options.log.writeBounded(text);
  }

  #ready(measure: Measure): void {
    if (this.#loaded) {
      // Told by the function itself: it would be given a second job, and nobody would answer the first.
      this.#child.kill();
      return;
    }
    clearTimeout(this.#initTimer);
    this.#loaded = true;
    this.#initMs = measure.ms;
    this.#megabytes = measure.megabytes;
    this.#listener.free(this);
  }

  #initFailed(measure: Measure, error: Buffer): void {
    this.#initMs = measure.ms;
    this.#megabytes = measure.megabytes;
    this.#initError = error;
  }

  #answered(answer: { failed: boolean; fatal: boolean; measure: Measure; payload: Buffer }): void {
    const running = this.#running;
    if (!running) return;
    clearTimeout(running.timer);
    this.#running = undefined;
    this.#child.flushOutput();
    this.#megabytes = Math.max(this.#megabytes, answer.measure.megabytes);
    this.#report(running.job, { ms: answer.measure.ms });
    this.#resolve(running.job, answer.payload, answer.failed);
    this.#brokeDown = answer.fatal;
    // It ends by itself, unless listeners of its own keep it from that: it would loop on, and have a place in the pool.
    if (answer.fatal) setTimeout(() => this.#child.kill(), this.#options.limits.exitMs).unref();
    else this.#listener.free(this);
  }

  #end(how: Ended): void {
    clearTimeout(this.#initTimer);
    clearInterval(this.#memoryTimer);
    this.#ended = how;
    const running = this.#running;
    this.#running = undefined;
    if (running) {
      this.#brokeDown = true;
      clearTimeout(running.timer);
      const { job, startedAt: since, timedOut } = running;
      this.#finish(job, timedOut ? this.#timedOut(job) : this.#crashed(job, { how, since }));
    }
    this.#options.log.deliver();
    this.#listener.gone(this, !this.#loaded);
  }

  #brokenInit(payload: Buffer): Broken {
    const errorType = /"errorType":"([^"]*)"/.exec(payload.toString())?.[1] ?? 'Unknown';
    this.#options.log.write(initReportLine(this.#initMs ?? 0, errorType));
    return { ms: this.#initMs ?? 0, payload, status: `error\tError Type: ${errorType}` };
  }

  #timedOut({ requestId }: Job): Broken {
    const { log, timeoutSeconds, now } = this.#options;
    log.write(timeoutLine(requestId, { at: now(), seconds: timeoutSeconds }));
    return {
      ms: timeoutSeconds * 1000,
      payload: timeoutPayload(requestId, timeoutSeconds),
      status: 'timeout',
    };
  }

  #crashed({ requestId }: Job, { how, since }: { how: Ended | undefined; since: number }): Broken {
    const { log, now, memorySize } = this.#options;
    const crash = this.#memoryExhausted ? OUT_OF_MEMORY : crashOf(how);
    if (this.#memoryExhausted) this.#megabytes = memorySize;
    log.write(exitLine(requestId, crash));
    return {
      ms: now() - since,
      payload: crashPayload(requestId, crash),
      status: `error\tError Type: ${crash.errorType}`,
    };
  }

  #finish(job: Job, broken: Broken): void {
    this.#report(job, broken);
    this.#resolve(job, broken.payload, true);
  }

  #report({ requestId }: Job, outcome: { ms: number; status?: string }): void {
    const { log, memorySize } = this.#options;
    log.write(endLine(requestId));
    log.write(
      reportLine({ requestId, memorySize, megabytes: this.#megabytes, initMs: this.#initMs, ...outcome }),
    );
    this.#initMs = undefined;
  }

  #resolve(job: Job, payload: Buffer, failed: boolean): void {
    const lines = this.#options.log.take();
    job.resolve({
      payload,
      ...(failed ? { functionError: 'Unhandled' } : {}),
      get log(): string {
        return lines.join('');
      },
      requestId: job.requestId,
    });
  }
}

const OUT_OF_MEMORY: Crash = {
  errorType: 'Runtime.ExitError',
  reason: 'Runtime exited with error: signal: killed',
};

/** The form of X-Ray's trace ids; never sampled, as there is nobody to send traces to. */
function traceIdOf(requestId: string, at: number): string {
  const digits = requestId.replaceAll('-', '');
  const time = Math.floor(at / 1000).toString(16);
  return `Root=1-${time}-${digits.slice(0, 24)};Parent=${digits.slice(16)};Sampled=0`;
}
