import type { ExecutionEnvironment, EnvironmentListener, Job } from './environment.js';
import type { ExecutionLimits } from './limits.js';

interface Member {
  readonly environment: ExecutionEnvironment;
  state: 'starting' | 'idle' | 'busy' | 'stopping';
  idleTimer?: NodeJS.Timeout;
}

interface Waiting {
  readonly job: Job;
  readonly since: number;
}

/** The processes of one version of a function, and the invocations that wait for one of them. */
export class Pool {
  readonly #start: (listener: EnvironmentListener) => ExecutionEnvironment;
  readonly #limits: ExecutionLimits;
  readonly #now: () => number;
  readonly #onChange: () => void;
  readonly #members = new Map<ExecutionEnvironment, Member>();
  /** The one that was used last comes first: the others may grow old. */
  readonly #idle: Member[] = [];
  readonly #waiting: Waiting[] = [];
  #patience: NodeJS.Timeout | undefined;
  readonly #empty: (() => void)[] = [];
  #retired = false;

  constructor(options: {
    /** Starts a process; throws when the function may not have one. */
    start: (listener: EnvironmentListener) => ExecutionEnvironment;
    limits: ExecutionLimits;
    now: () => number;
    /** Called when a process was started, or is gone: `targets` are others. */
    onChange: () => void;
  }) {
    this.#start = options.start;
    this.#limits = options.limits;
    this.#now = options.now;
    this.#onChange = options.onChange;
  }

  /** What `kill` is to be given to end its processes. */
  get targets(): number[] {
    return [...this.#members.keys()].flatMap(({ target }) => target ?? []);
  }

  /** Gives the job to a process that waits, else to the first that becomes free. */
  run(job: Job): void {
    this.#waiting.push({ job, since: this.#now() });
    this.#serve();
  }

  /** Ends the pool when the invocations under way are answered. */
  retire(): void {
    this.#retired = true;
    this.#serve();
  }

  /** Ends the pool now. Jobs that wait are rejected with `error`. */
  async close(error: Error): Promise<void> {
    this.#retired = true;
    for (const { job } of this.#waiting.splice(0)) job.reject(error);
    for (const member of this.#members.values()) this.#stop(member);
    await this.whenEmpty();
  }

  /** Resolves when no process is left. */
  whenEmpty(): Promise<void> {
    if (this.#members.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#empty.push(resolve));
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const member = this.#takeIdle();
      if (!member) break;
      const first = this.#waiting.shift();
      if (first) member.environment.run(first.job);
    }
    if (this.#waiting.length > 0) this.#grow();
    else if (this.#retired) for (const member of [...this.#members.values()]) this.#stopUnlessBusy(member);
  }

  /** A process that is too old for its credentials is stopped instead. */
  #takeIdle(): Member | undefined {
    for (let member = this.#idle.pop(); member; member = this.#idle.pop()) {
      clearTimeout(member.idleTimer);
      if (this.#now() - member.environment.startedAt < this.#limits.renewAfterMs) {
        member.state = 'busy';
        return member;
      }
      this.#stop(member);
    }
    return undefined;
  }

  /**
   * Starts processes for the jobs that wait, within bounds. Where there are as many as can compute at once, another is of
   * use only to jobs whose processes wait themselves, and those are still waiting a while later. (With ten processes on
   * two cores the tutorial's `create` is served 0.7 times as often as with two.)
   */
  #grow(): void {
    const { processesPerFunction, startsAtOnce } = this.#limits;
    for (;;) {
      const wanting = this.#members.size < startsAtOnce ? this.#waiting.length : this.#countLate();
      const starting = [...this.#members.values()].filter(({ state }) => state === 'starting').length;
      if (starting >= Math.min(wanting, startsAtOnce) || this.#members.size >= processesPerFunction) break;
      if (!this.#add()) break;
    }
    const mayGrow = this.#waiting.length > 0 && this.#members.size < processesPerFunction;
    if (mayGrow && this.#patience === undefined) {
      this.#patience = setTimeout(() => {
        this.#patience = undefined;
        this.#serve();
      }, this.#limits.patienceMs).unref();
    }
  }

  #countLate(): number {
    const late = this.#now() - this.#limits.patienceMs;
    return this.#waiting.findLastIndex(({ since }) => since <= late) + 1;
  }

  #add(): boolean {
    try {
      const environment = this.#start({
        changed: () => this.#onChange(),
        free: (each) => this.#free(each),
        gone: (each, initFailed) => this.#gone(each, initFailed),
      });
      this.#members.set(environment, { environment, state: 'starting' });
      this.#onChange();
      return true;
    } catch (error) {
      for (const { job } of this.#waiting.splice(0)) job.reject(error);
      return false;
    }
  }

  #free(environment: ExecutionEnvironment): void {
    const member = this.#members.get(environment);
    if (!member || member.state === 'stopping') return;
    member.state = 'idle';
    member.idleTimer = setTimeout(() => this.#stop(member), this.#limits.idleMs).unref();
    this.#idle.push(member);
    this.#serve();
  }

  #gone(environment: ExecutionEnvironment, initFailed: boolean): void {
    const member = this.#members.get(environment);
    if (!member) return;
    this.#forget(member);
    this.#members.delete(environment);
    this.#onChange();
    // One job hears of a failed start, so that a function that never loads cannot start processes forever.
    if (initFailed && member.state !== 'stopping') {
      const first = this.#waiting.shift();
      if (first) environment.failInit(first.job);
    }
    this.#serve();
    if (this.#members.size === 0) for (const resolve of this.#empty.splice(0)) resolve();
  }

  #stopUnlessBusy(member: Member): void {
    if (member.state !== 'busy') this.#stop(member);
  }

  #stop(member: Member): void {
    this.#forget(member);
    member.state = 'stopping';
    member.environment.stop();
  }

  #forget(member: Member): void {
    clearTimeout(member.idleTimer);
    const index = this.#idle.indexOf(member);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
