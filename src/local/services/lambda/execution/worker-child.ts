import type { Socket } from 'node:net';
import {
  FRAME,
  FRAME_FD,
  MEASURE_BYTES,
  REQUEST_FD,
  REQUEST_HEAD_BYTES,
  type RequestFacts,
} from '../protocol.js';
import type { Child, ChildCommand, ChildListener } from './child.js';
import { FrameReader } from './frame-reader.js';
import { FunctionProcess } from './function-process.js';
import { LineSplitter } from './line-splitter.js';

/** The process of a Node.js runtime, which runs our own worker: requests and frames go through two pipes (protocol.ts). */
export class WorkerChild implements Child {
  readonly #process: FunctionProcess;
  readonly #listener: ChildListener;
  readonly #requests: Socket | undefined;
  /** What the function writes to stdout and stderr, as the worker passes it on. */
  readonly #written: LineSplitter;

  constructor(command: ChildCommand, listener: ChildListener) {
    this.#listener = listener;
    this.#written = new LineSplitter((text) => listener.line(text));
    this.#process = new FunctionProcess(
      command,
      { pipes: 2, group: false },
      {
        line: (text) => listener.line(text),
        ended: (how) => {
          this.#written.end();
          listener.ended(how);
        },
      },
    );
    this.#requests = this.#process.pipe(REQUEST_FD);
    const reader = new FrameReader((kind, body) => this.#frame(kind, body));
    this.#process.pipe(FRAME_FD)?.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) this.kill();
    });
  }

  get target(): number | undefined {
    return this.#process.target;
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
    this.#process.kill();
  }

  flushOutput(): void {
    this.#written.end();
    this.#process.flushOutput();
  }

  #frame(kind: number, body: Buffer): void {
    if (kind === FRAME.line) this.#listener.line(body.toString());
    else if (kind === FRAME.output) this.#written.push(body.toString());
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
}
