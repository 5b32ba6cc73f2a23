import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The installed package: its version, and the files in it that are not code of the CLI. */
export interface Package {
  readonly version: string;
  /** The least version of Node.js that it runs on, such as `20.19`. */
  readonly leastNode: string;
  readonly serverScript: string;
  readonly handlerBundle: string;
  readonly handlerZip: string;
}

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Found from this module upward, since it is bundled into dist/ and runs from src/ in tests. */
export function readPackage(): Package {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  // Of this very package, so it is not checked: to load valibot for it would be a tenth of what `--version` takes.
  const { version, engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return {
    version,
    leastNode: engines.node.replace('>=', ''),
    serverScript: join(folder, 'dist', 'local-aws.cjs'),
    handlerBundle: join(folder, 'dist', 'handler', 'index.js'),
    handlerZip: join(folder, 'dist', 'handler', 'function.zip'),
  };
}
