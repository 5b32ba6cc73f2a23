import * as fs from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { CodePack } from './code-pack.js';

/** Of what the build made; code of another build never meets this one's cache. */
declare const BUILD_ID: string;

/** A run that ended so never did what it was started for: it says nothing of what that needs. */
const USAGE_ERROR = 2;
/** Where such runs keep their code, and what a run begins with that has none of its own. */
const SHARED = 'any';

/**
 * Runs a built script beside this one, with the code that V8 compiled of it in an earlier run: that halves the start of a
 * command. Node can do so itself from 22.1 on, a file for each script and what any command called of it: with that an `up`
 * on Node 24 takes 128 ms, and 101 with this.
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
export function runCached(script: string, purpose: string): void {
  const folder = join(__dirname, 'code-cache', `${BUILD_ID}-${process.version}-${process.arch}`);
  const scripts = new Scripts(folder, purpose);
  process.once('exit', (exitCode) => scripts.keepCode(exitCode));
  scripts.require(`./${script}`);
}

type Exports = Record<string, unknown>;
type Wrapped = (
  exports: Exports,
  require: (id: string) => unknown,
  module: { exports: Exports },
  filename: string,
  dirname: string,
) => void;

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;

/** Put together before it is a string: V8 would copy one that is put together of three. */
function readWrapped(file: string): string {
  const [before, after] = WRAPPER;
  const handle = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(handle);
    const content = Buffer.allocUnsafeSlow(before.length + size + after.length);
    content.write(before, 0, 'latin1');
    fs.readSync(handle, content, before.length, size, 0);
    content.write(after, before.length + size, 'latin1');
    // The build writes ASCII, which V8 keeps in half the memory when it is read as such.
    return content.toString('latin1');
  } finally {
    fs.closeSync(handle);
  }
}

/** CommonJS for the scripts of this folder, as Node does it, with a code cache. */
class Scripts {
  readonly #folder: string;
  readonly #own: CodePack;
  #shared: CodePack | undefined;
  readonly #modules = new Map<string, { exports: Exports }>();
  readonly #loaded = new Map<string, Script>();
  /** What had to be compiled. */
  #isNew = false;

  constructor(folder: string, purpose: string) {
    this.#folder = folder;
    this.#own = new CodePack(join(folder, purpose));
  }

  readonly require = Object.assign((id: string): unknown => this.#load(id), { resolve: require.resolve });

  #load(id: string): unknown {
    if (!id.startsWith('./')) return require(id);
    const known = this.#modules.get(id);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#modules.set(id, module);
    const filename = join(__dirname, id);
    this.#compile(id, filename)(module.exports, this.require, module, filename, __dirname);
    return module.exports;
  }

  #compile(id: string, filename: string): Wrapped {
    const source = readWrapped(filename);
    const cachedData = this.#own.read(id) ?? this.#readShared(id);
    const script = new Script(source, { filename, columnOffset: -WRAPPER[0].length, cachedData });
    if (!cachedData || script.cachedDataRejected) this.#isNew = true;
    this.#loaded.set(id, script);
    return script.runInThisContext() as Wrapped;
  }

  #readShared(id: string): Buffer | undefined {
    this.#shared ??= new CodePack(join(this.#folder, SHARED));
    return this.#shared.read(id);
  }

  keepCode(exitCode: number): void {
    const isUsageError = exitCode === USAGE_ERROR;
    const isMissing = [...this.#loaded.keys()].some((id) => !this.#own.has(id));
    if (!this.#isNew && (isUsageError || !isMissing)) return;
    const pack = isUsageError ? new CodePack(join(this.#folder, SHARED)) : this.#own;
    pack.add(new Map([...this.#loaded].map(([id, script]) => [id, script.createCachedData()])));
  }
}
