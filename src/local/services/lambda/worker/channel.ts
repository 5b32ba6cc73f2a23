import { readSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  FRAME_FD,
  FRAME_HEAD_BYTES,
  MEASURE_BYTES,
  REQUEST_FD,
  REQUEST_HEAD_BYTES,
  type RequestFacts,
} from '../protocol.js';

const MEASURE_EVERY_MS = 20;

/** An invocation as the server sent it; both halves are JSON. */
export interface Request {
  readonly facts: RequestFacts;
  readonly event: unknown;
}

/**
 * The process's end of the two file descriptors. Reading waits in the kernel with the event loop standing still: like
 * Lambda, that freezes the function between invocations. Writing is synchronous, so nothing is lost when the process
 * exits and log lines come before the result they belong to.
 */
export class Channel {
  #buffer = Buffer.allocUnsafe(65_536);
  #filled = 0;
  #megabytes = 0;
  #measuredAt = -Infinity;

  /** The next request; undefined when the server is gone. */
  read(): Request | undefined {
    if (!this.#fill(0, REQUEST_HEAD_BYTES)) return undefined;
    const factsEnd = REQUEST_HEAD_BYTES + this.#buffer.readUInt32BE(0);
    const end = factsEnd + this.#buffer.readUInt32BE(4);
    if (!this.#fill(this.#filled, end)) return undefined;
    const facts: unknown = JSON.parse(this.#buffer.toString('utf8', REQUEST_HEAD_BYTES, factsEnd));
    if (!isFacts(facts)) return undefined;
    return { facts, event: JSON.parse(this.#buffer.toString('utf8', factsEnd, end)) };
  }

  /** Writes a frame; `measured` are the milliseconds that its kind tells of. */
  write(kind: number, text: string, measured?: number): void {
    const start = FRAME_HEAD_BYTES + (measured === undefined ? 0 : MEASURE_BYTES);
    const frame = Buffer.allocUnsafe(start + Buffer.byteLength(text));
    frame.writeUInt8(kind, 0);
    frame.writeUInt32BE(frame.length - FRAME_HEAD_BYTES, 1);
    if (measured !== undefined) {
      frame.writeDoubleBE(measured, FRAME_HEAD_BYTES);
      frame.writeUInt32BE(this.#megabytesInUse(), FRAME_HEAD_BYTES + 8);
    }
    frame.write(text, start);
    this.#send(frame);
  }

  /** As of a moment ago: to ask the system costs as much as all else of a short invocation, and memory is not filled faster. */
  #megabytesInUse(): number {
    const now = performance.now();
    if (now - this.#measuredAt > MEASURE_EVERY_MS) {
      this.#measuredAt = now;
      this.#megabytes = Math.ceil(process.memoryUsage.rss() / 1_048_576);
    }
    return this.#megabytes;
  }

  /** Reads until `end` bytes are there. The server sends one request at a time, so nothing beyond it can arrive. */
  #fill(from: number, end: number): boolean {
    this.#filled = from;
    if (this.#buffer.length < end) {
      this.#buffer = Buffer.concat([this.#buffer.subarray(0, from)], end);
    }
    while (this.#filled < end) {
      const count = readSync(
        REQUEST_FD,
        this.#buffer,
        this.#filled,
        this.#buffer.length - this.#filled,
        null,
      );
      if (count === 0) return false;
      this.#filled += count;
    }
    return true;
  }

  #send(frame: Buffer): void {
    let sent = 0;
    while (sent < frame.length) {
      try {
        sent += writeSync(FRAME_FD, frame, sent);
      } catch (error) {
        if (!isBusy(error)) process.exit(1);
      }
    }
  }
}

/** The pipe is full for the moment. Anything else means that the server is gone. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

const isFacts = (value: unknown): value is RequestFacts =>
  typeof value === 'object' && value !== null && 'requestId' in value && 'deadline' in value;
