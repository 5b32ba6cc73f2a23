import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';

/** Of what the build made; code of another build never meets this one's cache. */
declare const BUILD_ID: string;

/**
 * Runs a built script beside this one, with the code that V8 compiled of it in an earlier run: that halves the start of a
 * command. Node can do so itself from 22.1 on; for older ones this file does the same for the scripts of its own folder.
 *
 * The cache lies beside the code that it is of: whoever can write there can write the code itself, so it asks for no trust
 * of its own. The first run that may write there makes it, for this build and this Node alone. What is missing, or what V8
 * rejects, is compiled as ever; a cache that cannot be written is done without.
 */
export function runCached(script: string): void {
  const folder = join(__dirname, 'code-cache', `${BUILD_ID}-${process.version}-${process.arch}`);
  if (enableNodesOwn(folder)) {
    require(join(__dirname, script));
    return;
  }
  // By what was started, as the server runs with flags of its own, and code that was compiled with others is rejected.
  const scripts = new Scripts(join(folder, basename(__filename, '.cjs')));
  process.once('exit', () => scripts.keepCode());
  scripts.require(`./${script}`);
}

function enableNodesOwn(folder: string): boolean {
  // By the version first, since to load node:module only to find that it cannot takes longer than all the rest here.
  if (Number.parseInt(process.versions.node) < 22) return false;
  const { enableCompileCache } = require('node:module') as {
    enableCompileCache?: (folder: string) => unknown;
  };
  enableCompileCache?.(folder);
  return enableCompileCache !== undefined;
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

/** CommonJS for the scripts of this folder, as Node does it, with a code cache. */
class Scripts {
  readonly #cache: string;
  readonly #modules = new Map<string, { exports: Exports }>();
  /** What had to be compiled, by name. */
  readonly #compiled = new Map<string, Script>();

  constructor(cache: string) {
    this.#cache = cache;
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
    // The build writes ASCII, which V8 keeps in half the memory when it is read as such.
    const source = WRAPPER[0] + fs.readFileSync(filename, 'latin1') + WRAPPER[1];
    const cachedData = this.#cached(id);
    const script = new Script(source, { filename, columnOffset: -WRAPPER[0].length, cachedData });
    if (!cachedData || script.cachedDataRejected) this.#compiled.set(id, script);
    return script.runInThisContext() as Wrapped;
  }

  #cached(id: string): Buffer | undefined {
    try {
      return fs.readFileSync(join(this.#cache, id));
    } catch {
      return undefined;
    }
  }

  /** Each file whole or not at all: V8 does not look for holes in it. */
  keepCode(): void {
    if (this.#compiled.size === 0) return;
    // The server keeps its state for its owner only; this is as public as the code is.
    process.umask(0o022);
    try {
      fs.mkdirSync(this.#cache, { recursive: true });
      fs.accessSync(this.#cache, fs.constants.W_OK);
      for (const [id, script] of this.#compiled) writeWhole(join(this.#cache, id), script.createCachedData());
    } catch {
      // The folder is not ours to write, or the disk is full: the next run compiles again.
    }
  }
}

function writeWhole(file: string, content: Buffer): void {
  const temporary = `${file}.${process.pid}`;
  try {
    const handle = fs.openSync(temporary, 'w');
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
