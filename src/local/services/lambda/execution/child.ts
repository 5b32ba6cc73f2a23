import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { Socket } from 'node:net';
import { FRAME, MEASURE_BYTES, REQUEST_HEAD_BYTES, type Measure, type RequestFacts } from '../protocol.js';
import { FrameReader } from './frame-reader.js';
import { LineSplitter } from './line-splitter.js';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** It could not be started at all. */
  readonly failure?: Error;
}

/** What a process tells. */
export interface ChildListener {
  /** A log event of the function. */
  line(text: string): void;
  ready(measure: Measure): void;
  initFailed(measure: Measure, error: Buffer): void;
  answered(answer: { failed: boolean; fatal: boolean; measure: Measure; payload: Buffer }): void;
  /** Comes once, and last. */
  ended(how: Ended): void;
}

export interface ChildCommand {
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** The whole environment: nothing of ours is passed on. */
  readonly variables: Readonly<Record<string, string>>;
}

/** After a process has ended, its pipes may be held open by one that it started; they are not waited for longer. */
const PIPES_CLOSE_MS = 500;

/** A function's process, as far as the pipes go. */
export class FunctionChild {
  /** Undefined when spawn threw. */
  readonly #process: ChildProcess | undefined;
  readonly #listener: ChildListener;
  readonly #raw: readonly LineSplitter[];
  readonly #requests: Socket | undefined;
  #ended = false;

  constructor(command: ChildCommand, listener: ChildListener) {
    this.#listener = listener;
    const line = (text: string): void => listener.line(text);
    const [written, stdout, stderr] = [
      new LineSplitter(line),
      new LineSplitter(line),
      new LineSplitter(line),
    ];
    this.#raw = [written, stdout, stderr];
    const child = this.#spawn(command);
    this.#process = child;
    const [, out, err, requests, frames] = child ? pipesOf(child) : [];
    this.#requests = requests instanceof Socket ? requests : undefined;
    const reader = new FrameReader((kind, body) => this.#frame(kind, body, written));
    if (out instanceof Socket) out.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
    if (err instanceof Socket) err.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
    if (frames instanceof Socket) frames.on('data', (chunk: Buffer) => this.#read(reader, chunk));
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  send(facts: RequestFacts, event: Buffer): void {
    const text = JSON.stringify(facts);
    const size = Buffer.byteLength(text);
    const request = Buffer.allocUnsafe(REQUEST_HEAD_BYTES + size + event.length);
    request.writeUInt32BE(size, 0);
    request.writeUInt32BE(event.length, 4);
    request.write(text, REQUEST_HEAD_BYTES);
    event.copy(request, REQUEST_HEAD_BYTES + size);
    this.#requests?.write(request);
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  /** Log lines that have no end yet are complete when the invocation is. */
  flushOutput(): void {
    for (const splitter of this.#raw) splitter.end();
  }

  /** Listens for the end before anything else: a process that cannot be started ends as well. */
  #spawn(command: ChildCommand): ChildProcess | undefined {
    try {
      const child = spawn(command.executable, command.arguments, optionsOf(command));
      child.once('error', (failure) => this.#end({ code: null, signal: null, failure }));
      child.once('close', (code, signal) => this.#end({ code, signal }));
      child.once('exit', (code, signal) => {
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

  #read(reader: FrameReader, chunk: Buffer): void {
    if (!reader.push(chunk)) this.kill();
  }

  #frame(kind: number, body: Buffer, written: LineSplitter): void {
    if (kind === FRAME.line) this.#listener.line(body.toString());
    else if (kind === FRAME.output) written.push(body.toString());
    else if (body.length < MEASURE_BYTES) this.kill();
    else this.#measured(kind, body);
  }

  #measured(kind: number, body: Buffer): void {
    const measure = { ms: body.readDoubleBE(0), megabytes: body.readUInt32BE(8) };
    const payload = body.subarray(MEASURE_BYTES);
    if (kind === FRAME.ready) this.#listener.ready(measure);
    else if (kind === FRAME.initError) this.#listener.initFailed(measure, payload);
    else {
      const fatal = kind === FRAME.fatal;
      this.#listener.answered({ failed: kind !== FRAME.result, fatal, measure, payload });
    }
  }

  #end(how: Ended): void {
    if (this.#ended) return;
    this.#ended = true;
    this.flushOutput();
    this.#listener.ended(how);
  }
}

const optionsOf = (command: ChildCommand): SpawnOptions => ({
  cwd: command.folder,
  env: command.variables,
  stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  windowsHide: true,
});

/** A process that finds no file descriptors left has no pipes at all, whatever its type says. */
const pipesOf = (child: {
  readonly stdio?: ChildProcess['stdio'];
}): readonly ChildProcess['stdio'][number][] => child.stdio ?? [];
