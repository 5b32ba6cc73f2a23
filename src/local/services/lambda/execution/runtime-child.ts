import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure, RequestFacts } from '../protocol.js';
import type { Child, ChildListener, Ended } from './child.js';
import { FunctionProcess } from './function-process.js';
import { peakMegabytes } from './memory.js';
import { RuntimeApi } from './runtime-api.js';

export interface RuntimeCommand {
  /** Where the function's code lies unpacked. */
  readonly folder: string;
  /** The whole environment but for the Runtime API's address. */
  readonly variables: Readonly<Record<string, string>>;
  readonly now: () => number;
}

const NO_BOOTSTRAP = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";

/** The system's errors that mean the file itself, as AWS's own runtime words them. */
const ENTRYPOINT_FAULTS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['ENOEXEC', 'exec format error'],
  ['ENOENT', 'no such file or directory'],
]);

/** The process of a custom runtime: `bootstrap` from the function's archive, served by the Runtime API. */
export class RuntimeChild implements Child {
  readonly #command: RuntimeCommand;
  readonly #listener: ChildListener;
  readonly #api: RuntimeApi;
  #process: FunctionProcess | undefined;
  #since: number;
  #stopped = false;

  constructor(command: RuntimeCommand, listener: ChildListener) {
    this.#command = command;
    this.#listener = listener;
    this.#since = command.now();
    this.#api = new RuntimeApi({
      ready: () => listener.ready(this.#measure()),
      initFailed: (error) => {
        listener.initFailed(this.#measure(), error);
        this.kill();
      },
      answered: ({ failed, payload }) =>
        listener.answered({ failed, fatal: false, measure: this.#measure(), payload }),
    });
    this.#api.listen().then(
      (address) => this.#start(address),
      (error: unknown) => this.#end({ code: null, signal: null, failure: new Error(String(error)) }),
    );
  }

  get target(): number | undefined {
    return this.#process?.target;
  }

  send(facts: RequestFacts, event: Buffer): void {
    this.#since = this.#command.now();
    this.#api.offer({ facts, event });
  }

  kill(): void {
    this.#stopped = true;
    this.#process?.kill();
  }

  flushOutput(): void {
    this.#process?.flushOutput();
  }

  #start(address: string): void {
    const { folder, variables } = this.#command;
    const bootstrap = join(folder, 'bootstrap');
    if (this.#stopped) this.#end({ code: null, signal: 'SIGKILL' });
    else if (!existsSync(bootstrap)) this.#end({ code: null, signal: null, entrypointFault: NO_BOOTSTRAP });
    else {
      const command = { ...variables, AWS_LAMBDA_RUNTIME_API: address };
      this.#process = new FunctionProcess(
        { executable: bootstrap, arguments: [], folder, variables: command },
        { pipes: 0, group: true },
        { line: (text) => this.#listener.line(text), ended: (how) => this.#end(withEntrypointFault(how)) },
      );
      this.#listener.spawned();
    }
  }

  #end(how: Ended): void {
    this.#api.close();
    this.#listener.ended(how);
  }

  #measure(): Measure {
    return { ms: this.#command.now() - this.#since, megabytes: peakMegabytes(this.#process?.pid) };
  }
}

function withEntrypointFault(how: Ended): Ended {
  const code = how.failure && 'code' in how.failure ? String(how.failure.code) : '';
  const fault = ENTRYPOINT_FAULTS.get(code);
  if (fault === undefined) return how;
  return { code: null, signal: null, entrypointFault: `fork/exec /var/task/bootstrap: ${fault}` };
}
