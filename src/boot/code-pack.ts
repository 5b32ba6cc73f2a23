import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** V8 takes code from where it lies if that is a multiple of this, and copies it else. */
const ALIGNMENT = 8;
const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** The length of what follows it: the names and lengths of the pieces, as JSON. */
const HEAD_BYTES = 4;

type Entry = readonly [name: string, length: number];

interface Piece {
  readonly at: number;
  readonly length: number;
}

/**
 * Compiled code of several scripts in one file: a command has sixty of them, and to open a file takes longer than to read a
 * piece of it. A file that is not there, or is not whole, is one without pieces.
 */
export class CodePack {
  readonly #file: string;
  readonly #handle: number | undefined;
  readonly #pieces: ReadonlyMap<string, Piece>;

  constructor(file: string) {
    this.#file = file;
    this.#handle = opened(file);
    this.#pieces = this.#handle === undefined ? new Map<string, Piece>() : piecesOf(this.#handle);
  }

  /** In the order in which they were first needed. */
  get names(): readonly string[] {
    return [...this.#pieces.keys()];
  }

  has(name: string): boolean {
    return this.#pieces.has(name);
  }

  read(name: string): Buffer | undefined {
    const piece = this.#pieces.get(name);
    return piece && this.#handle !== undefined ? readAt(this.#handle, piece) : undefined;
  }

  /** Writes these pieces, and of the others what is there. Does without where that cannot be: the next run compiles again. */
  add(pieces: ReadonlyMap<string, Buffer>): void {
    const names = new Set([...this.names, ...pieces.keys()]);
    const all = [...names].flatMap((name) => {
      const code = pieces.get(name) ?? this.read(name);
      return code ? [[name, code] as const] : [];
    });
    // The server keeps its state for its owner only; this is as public as the code is.
    process.umask(0o022);
    try {
      fs.mkdirSync(dirname(this.#file), { recursive: true });
      writeWhole(this.#file, packed(all));
    } catch {
      // The folder is not ours to write, or the disk is full.
    }
  }
}

function opened(file: string): number | undefined {
  try {
    return fs.openSync(file, 'r');
  } catch {
    return undefined;
  }
}

function piecesOf(handle: number): Map<string, Piece> {
  const pieces = new Map<string, Piece>();
  try {
    const length = readAt(handle, { at: 0, length: HEAD_BYTES })?.readUInt32LE(0) ?? 0;
    const index = readAt(handle, { at: HEAD_BYTES, length })?.toString('latin1') ?? '';
    let at = aligned(HEAD_BYTES + length);
    // Written by this file into a folder that only the owner of the code can write.
    for (const [name, size] of JSON.parse(index) as Entry[]) {
      pieces.set(name, { at, length: size });
      at += aligned(size);
    }
    if (fs.fstatSync(handle).size === at) return pieces;
  } catch {
    // It is none of ours.
  }
  return new Map();
}

function readAt(handle: number, { at, length }: Piece): Buffer | undefined {
  const content = Buffer.allocUnsafeSlow(length);
  return fs.readSync(handle, content, 0, length, at) === length ? content : undefined;
}

function packed(pieces: readonly (readonly [string, Buffer])[]): Buffer {
  const entries: Entry[] = pieces.map(([name, code]) => [name, code.length]);
  const index = Buffer.from(JSON.stringify(entries), 'latin1');
  const head = Buffer.alloc(aligned(HEAD_BYTES + index.length));
  head.writeUInt32LE(index.length, 0);
  index.copy(head, HEAD_BYTES);
  const padded = pieces.flatMap(([, code]) => [code, Buffer.alloc(aligned(code.length) - code.length)]);
  return Buffer.concat([head, ...padded]);
}

/**
 * Whole or not at all: V8 checks where code begins and not what follows. Two machines that share the folder may have
 * processes of one number, which must not write into one file.
 */
function writeWhole(file: string, content: Buffer): void {
  const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    const handle = fs.openSync(temporary, 'wx');
    try {
      fs.writeFileSync(handle, content);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
