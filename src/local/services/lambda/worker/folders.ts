import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The functions of `fs` and `fs/promises` by how many paths they begin with. Streams open their files by `fs.open`. */
const ONE_PATH =
  'access appendFile chmod chown exists lchmod lchown lstat lutimes mkdir mkdtemp open openAsBlob opendir readFile readdir readlink realpath rm rmdir stat statfs truncate unlink unwatchFile utimes watch watchFile writeFile'.split(
    ' ',
  );
const TWO_PATHS = 'copyFile cp link rename symlink'.split(' ');

/**
 * Lets the function find its folders where AWS has them: `/tmp` is its own temporary folder, `/var/task` its code. Only
 * names are changed here; what may be touched is for Node's permission model to say.
 */
export function placeFolders(folders: Readonly<Record<string, string>>): void {
  // Without the model the function can have this machine's own /tmp.
  if (!('permission' in process)) return;
  const place = (given: unknown): unknown => placed(given, folders);
  for (const module of [fs, fs.promises]) {
    for (const name of ONE_PATH) wrap(module, name, ([first, ...rest]) => [place(first), ...rest]);
    for (const name of TWO_PATHS) {
      wrap(module, name, ([first, second, ...rest]) => [place(first), place(second), ...rest]);
    }
  }
  syncBuiltinESMExports();
}

function placed(given: unknown, folders: Readonly<Record<string, string>>): unknown {
  const path = textOf(given);
  if (path === undefined) return given;
  const folder = Object.keys(folders).find((each) => path === each || path.startsWith(`${each}/`));
  // This machine's own folders may be below its /tmp: what may be read under its own name is meant.
  if (folder === undefined || process.permission.has('fs.read', path)) return given;
  return join(folders[folder] ?? '', path.slice(folder.length));
}

function textOf(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (Buffer.isBuffer(path)) return path.toString();
  return path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : undefined;
}

function wrap(module: object, name: string, change: (parameters: unknown[]) => unknown[]): void {
  for (const each of [name, `${name}Sync`]) {
    const original: unknown = Reflect.get(module, each);
    if (typeof original !== 'function') continue;
    const wrapped = function (this: unknown, ...parameters: unknown[]): unknown {
      return Reflect.apply(original, this, change(parameters));
    };
    Reflect.set(module, each, Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original)));
  }
}
