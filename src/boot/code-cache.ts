import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type v8 from 'node:v8';
import { Script } from 'node:vm';
import { CodePack } from './code-pack.js';

/** Of what the build made; code of another build never meets this one's cache. */
declare const BUILD_ID: string;

/** A run that ended so never did what it was started for: it says nothing of what that needs. */
const USAGE_ERROR = 2;
/** Where such runs keep their code, and what a run begins with that has none of its own. */
const SHARED = 'any';

/**
 * Runs a piece of the scripts that were built beside this one, such as `server.cjs#daemon`, with the code that V8 compiled
 * of them in an earlier run: that halves the start of a command. Node can do so itself from 22.1 on, with a file for each
 * script and what any command called of it: so an `up` on Node 24 took 128 ms, and 101 with this.
 *
 * What is kept is kept by `purpose`, such as `up`: V8 compiles the functions that are called, and what one command calls of
 * a shared script is not what another calls (2 ms for `--help`).
 *
 * The cache lies beside the code that it is of: whoever can write there can write the code itself, so it asks for no trust
 * of its own. The first run that may write there makes it, for this build and this Node alone. What is missing, cut off or
 * of another V8 is compiled as ever; a cache that cannot be written is done without. Bytes that a disk loses in the middle
 * of it are as bad as those of the code itself, and go with the package: a checksum would load zlib, which takes longer
 * than `--version` has.
 */
export function runCached(entry: string, purpose: string): void {
  const folder = join(__dirname, 'code-cache', `${BUILD_ID}-${process.version}-${process.arch}`);
  const scripts = new Scripts(folder, purpose);
  process.once('exit', (exitCode) => scripts.keepCode(exitCode));
  scripts.require(`./${entry}`);
}

type Exports = Record<string, unknown>;
/** CommonJS, as Node has it. */
type Piece = (
  exports: Exports,
  require: (id: string) => unknown,
  module: { exports: Exports },
  filename: string,
  dirname: string,
) => void;

/** A script of this folder: one expression, the pieces that the build put into it. */
interface Loaded {
  readonly filename: string;
  readonly script: Script;
  readonly pieces: Readonly<Record<string, Piece>>;
  /** Those that ran. */
  readonly ran: Set<string>;
  /** Where its code came from; undefined when it had to be compiled. */
  readonly pack: CodePack | undefined;
}

/**
 * What a long list sets otherwise (aws/young-generation.ts), as V8 has it by itself: what V8 compiled is good for processes
 * with the same flags only.
 */
function restoreFlags(): void {
  (require('node:v8') as typeof v8).setFlagsFromString('--semi-space-growth-factor=2');
}

/** CommonJS for the pieces of the scripts in this folder, with a code cache. */
class Scripts {
  readonly #folder: string;
  readonly #own: CodePack;
  readonly #modules = new Map<string, { exports: Exports }>();
  readonly #loaded = new Map<string, Loaded>();
  #shared: CodePack | undefined;

  constructor(folder: string, purpose: string) {
    this.#folder = folder;
    this.#own = new CodePack(join(folder, purpose));
  }

  readonly require = Object.assign((id: string): unknown => this.#run(id), { resolve: require.resolve });

  #run(id: string): unknown {
    if (!id.startsWith('./')) return require(id);
    const known = this.#modules.get(id);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#modules.set(id, module);
    const [name = '', piece = ''] = id.slice(2).split('#');
    const { filename, pieces, ran } = this.#load(name);
    ran.add(piece);
    const define = pieces[piece];
    if (!define) throw new Error(`${filename} has no piece ${piece}.`);
    define(module.exports, this.require, module, filename, __dirname);
    return module.exports;
  }

  #load(name: string): Loaded {
    const already = this.#loaded.get(name);
    if (already) return already;
    const filename = join(__dirname, name);
    const pack = this.#own.has(name) ? this.#own : this.#openShared();
    // As the ASCII that the build writes: V8 keeps that in half the memory, and what is long outside of its heap.
    const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData: pack.read(name) });
    const loaded = {
      filename,
      script,
      pieces: script.runInThisContext() as Loaded['pieces'],
      ran: new Set<string>(),
      pack: script.cachedDataRejected === false ? pack : undefined,
    };
    this.#loaded.set(name, loaded);
    return loaded;
  }

  #openShared(): CodePack {
    return (this.#shared ??= new CodePack(join(this.#folder, SHARED)));
  }

  /** Keeps what was compiled, for the next run. */
  keepCode(exitCode: number): void {
    const isUsageError = exitCode === USAGE_ERROR;
    const target = isUsageError ? this.#openShared() : this.#own;
    const isKept = ([name, { pack, ran }]: [string, Loaded]): boolean =>
      pack === target ? pack.holds(name, ran) : isUsageError && pack !== undefined;
    const loaded = [...this.#loaded];
    if (loaded.every(isKept)) return;
    restoreFlags();
    target.add(
      new Map(
        loaded.map(([name, { script, pack, ran }]) => {
          const pieces = new Set([...(pack?.pieces(name) ?? []), ...ran]);
          return [name, { code: script.createCachedData(), pieces: [...pieces] }];
        }),
      ),
    );
  }
}
