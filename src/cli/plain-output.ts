import { fstatSync, writeSync } from 'node:fs';
import { EXIT } from './exit-codes.js';

/** What is written to, as far as somebody who has little to say needs it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string | Uint8Array): boolean;
}

/**
 * Standard output (1) or error (2) for who says one thing and ends: where it is a pipe or a file, it is written to without
 * Node's stream, which takes 3 ms to open, a sixth of all that `--version` may take.
 */
export function plainOutput(descriptor: number, stream: () => Output): Output {
  if (!isPlain(descriptor)) return stream();
  return {
    write: (text) => {
      const rest = writeWhatFits(descriptor, Buffer.from(text));
      return rest.length === 0 || stream().write(rest);
    },
  };
}

/** A terminal is none: it has a width, and may be asked for colours. */
function isPlain(descriptor: number): boolean {
  try {
    const kind = fstatSync(descriptor);
    return kind.isFIFO() || kind.isFile() || kind.isSocket();
  } catch {
    // Closed, or of a kind that this system does not tell: Node knows what to do.
    return false;
  }
}

/** @returns what the reader has no room for yet */
function writeWhatFits(descriptor: number, content: Buffer): Buffer {
  let rest = content;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // The reader has closed the pipe, as `head` does: there is nobody left to tell anything.
    if (error.code === 'EPIPE') process.exit(EXIT.failed);
    if (error.code !== 'EAGAIN') throw error;
  }
  return rest;
}
