import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { inheritingOnly } from '../../../inherited.js';
import type { ChildCommand, Ended } from './child.js';
import { LineSplitter } from './line-splitter.js';

/** After a process has ended, its pipes may be held open by one that it started; they are not waited for longer. */
const PIPES_CLOSE_MS = 500;

export interface ProcessOptions {
  /** Pipes beside stdout and stderr, from file descriptor 3 on. */
  readonly pipes: number;
  /** A process that may start others gets a group of its own, which ends with it. */
  readonly group: boolean;
}

/** A process with its output cut into lines, and its one end. */
export class FunctionProcess {
  /** Undefined when spawn threw. */
  readonly #process: ChildProcess | undefined;
  readonly #output: readonly LineSplitter[];
  readonly #group: boolean;
  readonly #onEnd: (how: Ended) => void;
  #ended = false;

  constructor(
    command: ChildCommand,
    options: ProcessOptions,
    listener: { line(text: string): void; ended(how: Ended): void },
  ) {
    this.#group = options.group && process.platform !== 'win32';
    this.#onEnd = (how) => listener.ended(how);
    this.#process = this.#spawn(command, options.pipes);
    this.#output = [1, 2].map((descriptor) => {
      const splitter = new LineSplitter((text) => listener.line(text));
      this.pipe(descriptor)?.on('data', (chunk: Buffer) => splitter.push(chunk.toString()));
      return splitter;
    });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What `kill` is to be given. */
  get target(): number | undefined {
    return this.pid === undefined || !this.#group ? this.pid : -this.pid;
  }

  pipe(descriptor: number): Socket | undefined {
    const pipe = this.#process && pipesOf(this.#process)[descriptor];
    return pipe instanceof Socket ? pipe : undefined;
  }

  kill(): void {
    if (this.#group) this.#killGroup();
    else this.#process?.kill('SIGKILL');
  }

  flushOutput(): void {
    for (const splitter of this.#output) splitter.end();
  }

  /** Listens for the end before anything else: a process that cannot be started ends as well. */
  #spawn(command: ChildCommand, pipes: number): ChildProcess | undefined {
    try {
      const wanted = ['ignore' as const, ...Array.from({ length: 2 + pipes }, () => 'pipe' as const)];
      const child = inheritingOnly(wanted, (stdio) =>
        spawn(command.executable, command.arguments, {
          cwd: command.folder,
          env: command.variables,
          stdio,
          windowsHide: true,
          detached: this.#group,
        }),
      );
      child.once('error', (failure) => this.#end({ code: null, signal: null, failure }));
      child.once('close', (code, signal) => this.#end({ code, signal }));
      child.once('exit', (code, signal) => {
        if (this.#group) this.#killGroup();
        setTimeout(() => this.#end({ code, signal }), PIPES_CLOSE_MS).unref();
      });
      // The process may end before it has read everything: that is told by its end, not here.
      for (const pipe of pipesOf(child)) pipe?.on('error', () => undefined);
      return child;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      // As for one that fails later: the end comes when whoever starts it is done with that.
      setImmediate(() => this.#end({ code: null, signal: null, failure }));
      return undefined;
    }
  }

  #killGroup(): void {
    if (this.target === undefined || this.#ended) return;
    try {
      process.kill(this.target, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  }

  #end(how: Ended): void {
    if (this.#ended) return;
    this.#ended = true;
    this.flushOutput();
    this.#onEnd(how);
  }
}

/** A process that finds no file descriptors left has no pipes at all, whatever its type says. */
const pipesOf = (child: {
  readonly stdio?: ChildProcess['stdio'];
}): readonly ChildProcess['stdio'][number][] => child.stdio ?? [];
