import { FRAME_HEAD_BYTES, MAX_RESPONSE_BYTES } from '../protocol.js';

/** No frame of our own worker is larger. */
const MAX_FRAME_BYTES = 4 * MAX_RESPONSE_BYTES;

/** Puts frames together from the chunks in which they arrive. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = FRAME_HEAD_BYTES;

  constructor(private readonly onFrame: (kind: number, body: Buffer) => void) {}

  /** Returns false when what arrives is no frame: the function wrote into the pipe itself. */
  push(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#wanted) {
      const data =
        this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const end = FRAME_HEAD_BYTES + data.readUInt32BE(1);
      if (end > MAX_FRAME_BYTES) return false;
      this.#wanted = end;
      if (data.length >= end) {
        this.onFrame(data.readUInt8(0), data.subarray(FRAME_HEAD_BYTES, end));
        this.#wanted = FRAME_HEAD_BYTES;
        this.#chunks = data.length > end ? [data.subarray(end)] : [];
        this.#size = data.length - end;
      } else this.#chunks = [data];
    }
    return true;
  }
}
