import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/** The installed package: its version, and the files in it that are not code of the CLI. */
export interface Package {
  readonly version: string;
  /** The least version of Node.js that it runs on, such as `20.19`. */
  readonly leastNode: string;
  readonly serverScript: string;
  readonly handlerBundle: string;
}

/** Found from this module upward, since it is bundled into dist/ and runs from src/ in tests. */
export function readPackage(): Package {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const { version, engines } = v.parse(
    v.object({ version: v.string(), engines: v.object({ node: v.string() }) }),
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  );
  return {
    version,
    leastNode: engines.node.replace('>=', ''),
    serverScript: join(folder, 'dist', 'local-aws.js'),
    handlerBundle: join(folder, 'dist', 'handler', 'index.js'),
  };
}
