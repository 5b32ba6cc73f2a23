import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import type { Difference } from './difference.js';
import type { StepEnv } from './env.js';
import { downloadCode } from './replaced-code.js';

/** What Lambda tells of a function, as far as its code is concerned. */
interface Described {
  readonly Runtime?: string | undefined;
  readonly Handler?: string | undefined;
  readonly CodeSize?: number | undefined;
  readonly Layers?: readonly unknown[] | undefined;
  /** Where the zip is. */
  readonly Location?: string | undefined;
}

/** A language in which the tutorial's function is written. */
interface Language {
  readonly runtime: RegExp;
  readonly extensions: readonly string[];
  /** The path, less its extension, and the function's name in a handler's name. */
  readonly handler: (name: string) => readonly [path: string, name: string];
  /** How a file defines a function that can be a handler. */
  readonly defines: RegExp;
  /** The note in which a bundler lists all that the file exports. */
  readonly lists?: RegExp;
  /** How a file hands on what another one defines, without naming it. */
  readonly handsOn: RegExp;
}

const LANGUAGES: readonly Language[] = [
  {
    runtime: /^python/,
    extensions: ['.py'],
    handler: (name) => {
      const cut = name.lastIndexOf('.');
      return [name.slice(0, Math.max(0, cut)).replaceAll('.', '/'), name.slice(cut + 1)];
    },
    defines: /^(?:async +)?def +(\w+)/gm,
    handsOn: /^from .* import +\*/m,
  },
  {
    runtime: /^nodejs/,
    extensions: ['.js', '.mjs', '.cjs'],
    handler: (name) => {
      const [, path = '', member = ''] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(name) ?? [];
      return [path, member.slice(member.lastIndexOf('.') + 1)];
    },
    defines: /\bexports\.(\w+)\s*=|^export (?:const|async function|function) (\w+)/gm,
    // What esbuild, and with it this lab's own zip, writes for those who import the file.
    lists: /\b0\s*&&\s*\(module\.exports\s*=\s*\{([\w\s,$]*)\}\)/,
    handsOn: /\bexport \*|\b__exportStar\b|\bmodule\.exports\s*=\s*\w+\(/,
  },
];

/** A learner's code is small; what is larger than this is not looked into. */
const MAX_ZIP_BYTES = 5_000_000;
const MAX_SOURCE_BYTES = 5_000_000;
const MAX_ENTRIES = 2_000;

/**
 * Whether the handler's name leads to a function in the code: `lambda_function.lambda_handler` is the function
 * `lambda_handler` in the file lambda_function.py. AWS tells at the first invocation only. Where it cannot be told (other
 * languages, layers, large code, no leave to read it), nothing is said.
 */
export async function handlerFaults(
  env: Pick<StepEnv, 'waiting'>,
  described: Described,
): Promise<Difference[]> {
  const { Runtime = '', Handler: actual = '', CodeSize = 0, Layers = [], Location } = described;
  const language = LANGUAGES.find(({ runtime }) => runtime.test(Runtime));
  if (!language || !Location || Layers.length > 0 || CodeSize > MAX_ZIP_BYTES) return [];
  try {
    const zip = Buffer.from(await downloadCode(env, Location, MAX_ZIP_BYTES));
    const expected = expectedHandler(language, actual, await readSources(zip, language.extensions));
    return expected === undefined ? [] : [{ setting: 'handler', expected, actual }];
  } catch (error) {
    if (env.waiting.signal.aborted) throw error;
    return [];
  }
}

/** What the handler's name should be; undefined when it leads to a function, or may do so. */
function expectedHandler(
  language: Language,
  handler: string,
  sources: ReadonlyMap<string, string>,
): string | undefined {
  const [path, name] = language.handler(handler);
  const own = language.extensions.map((end) => `${path}${end}`).find((each) => sources.has(each));
  const source = sources.get(own ?? '');
  if (source !== undefined && mayExport(language, source, name)) return undefined;
  const candidates = source === undefined ? [...sources] : [[own ?? '', source] as const];
  const handlers = candidates.flatMap(([file, text]) =>
    exportedBy(language, text).map((each) => `${file.replace(/\.\w+$/, '')}.${each}`),
  );
  const missing =
    source === undefined ? `a file ${path}${language.extensions[0] ?? ''}` : `a function ${name}`;
  return handlers.find((each) => /\bhandler$/.test(each)) ?? handlers[0] ?? `${missing} in the code`;
}

/** Where the file lists its exports it is known; else whatever name stands in it may be one. */
function mayExport(language: Language, source: string, name: string): boolean {
  const list = listedBy(language, source);
  if (list) return list.includes(name);
  return source.split(/\W+/).includes(name) || language.handsOn.test(source);
}

const exportedBy = (language: Language, source: string): string[] =>
  listedBy(language, source) ??
  [...source.matchAll(language.defines)].map(([, one, other]) => one ?? other ?? '');

function listedBy({ lists }: Language, source: string): string[] | undefined {
  const [, names] = lists?.exec(source) ?? [];
  return names?.split(',').map((each) => each.trim());
}

/** The texts of the files with these endings, by path. */
async function readSources(zip: Buffer, endings: readonly string[]): Promise<Map<string, string>> {
  // Loaded only where somebody wrote a function by hand. In the bundle a CommonJS package has a default export alone.
  const { default: yauzl } = await import('yauzl');
  const file = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  const sources = new Map<string, string>();
  if (file.entryCount > MAX_ENTRIES) return sources;
  let size = 0;
  for await (const entry of file.eachEntry()) {
    if (!endings.some((end) => entry.fileName.endsWith(end)) || /(^|\/)node_modules\//.test(entry.fileName))
      continue;
    // The sizes are what the archive says; yauzl holds each entry to it.
    size += entry.uncompressedSize;
    if (size > MAX_SOURCE_BYTES) throw new Error('too large to look into');
    sources.set(entry.fileName, await readText(file, entry));
  }
  return sources;
}

async function readText(file: ZipFile, entry: Entry): Promise<string> {
  const stream: Readable = await file.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
