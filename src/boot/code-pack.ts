import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** V8 takes code from where it lies if that is a multiple of this, and copies it else. */
const ALIGNMENT = 8;
const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** The length of what follows it: the index, as JSON. */
const HEAD_BYTES = 4;

/** What a run keeps of a script. */
export interface Kept {
  readonly code: Buffer;
  /** Those of its pieces that ran: of the others V8 has compiled nothing. */
  readonly pieces: readonly string[];
}

type Entry = readonly [script: string, length: number, pieces: readonly string[]];

interface Place {
  readonly at: number;
  readonly length: number;
  readonly pieces: readonly string[];
}

/** Compiled code of scripts in one file. A file that is not there, or is not whole, is one without scripts. */
export class CodePack {
  readonly #file: string;
  readonly #handle: number | undefined;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(file: string) {
    this.#file = file;
    this.#handle = opened(file);
    this.#places = this.#handle === undefined ? new Map<string, Place>() : placesOf(this.#handle);
  }

  has(script: string): boolean {
    return this.#places.has(script);
  }

  /** The pieces of a script that ran before its code was kept. */
  pieces(script: string): readonly string[] {
    return this.#places.get(script)?.pieces ?? [];
  }

  holds(script: string, pieces: Iterable<string>): boolean {
    const kept = new Set(this.pieces(script));
    return [...pieces].every((piece) => kept.has(piece));
  }

  read(script: string): Buffer | undefined {
    const place = this.#places.get(script);
    return place && this.#handle !== undefined ? readAt(this.#handle, place) : undefined;
  }

  /** Writes these, and of the other scripts what is there. Does without where that cannot be: the next run compiles again. */
  add(scripts: ReadonlyMap<string, Kept>): void {
    const names = new Set([...this.#places.keys(), ...scripts.keys()]);
    const all = [...names].flatMap((name) => {
      const kept = scripts.get(name) ?? this.#kept(name);
      return kept ? [[name, kept] as const] : [];
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

  #kept(script: string): Kept | undefined {
    const code = this.read(script);
    return code && { code, pieces: this.pieces(script) };
  }
}

function opened(file: string): number | undefined {
  try {
    return fs.openSync(file, 'r');
  } catch {
    return undefined;
  }
}

function placesOf(handle: number): Map<string, Place> {
  const places = new Map<string, Place>();
  try {
    const length = readAt(handle, { at: 0, length: HEAD_BYTES })?.readUInt32LE(0) ?? 0;
    const index = readAt(handle, { at: HEAD_BYTES, length })?.toString('latin1') ?? '';
    let at = aligned(HEAD_BYTES + length);
    // Written by this file into a folder that only the owner of the code can write.
    for (const [script, size, pieces] of JSON.parse(index) as Entry[]) {
      places.set(script, { at, length: size, pieces });
      at += aligned(size);
    }
    if (fs.fstatSync(handle).size === at) return places;
  } catch {
    // It is none of ours.
  }
  return new Map();
}

function readAt(handle: number, { at, length }: Pick<Place, 'at' | 'length'>): Buffer | undefined {
  const content = Buffer.allocUnsafeSlow(length);
  return fs.readSync(handle, content, 0, length, at) === length ? content : undefined;
}

function packed(scripts: readonly (readonly [string, Kept])[]): Buffer {
  const entries: Entry[] = scripts.map(([name, { code, pieces }]) => [name, code.length, pieces]);
  const index = Buffer.from(JSON.stringify(entries), 'latin1');
  const head = Buffer.alloc(aligned(HEAD_BYTES + index.length));
  head.writeUInt32LE(index.length, 0);
  index.copy(head, HEAD_BYTES);
  const padded = scripts.flatMap(([, { code }]) => [code, Buffer.alloc(aligned(code.length) - code.length)]);
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
