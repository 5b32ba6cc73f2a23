import { mkdir, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** The parts of the AWS SDK that lab-setup itself depends on: Lambda's Node.js runtimes bring all of it. */
const PACKAGES = [
  ...['client-api-gateway', 'client-cloudwatch-logs', 'client-dynamodb', 'client-iam', 'client-lambda'],
  ...['client-sts', 'lib-dynamodb', 'util-dynamodb'],
].map((name) => `@aws-sdk/${name}`);

/**
 * Puts the AWS SDK where functions find it without bringing it, by `require` and by `import`, behind what they bring
 * themselves: in a `node_modules` above their code, as links, so that no other package of ours is to be seen.
 * Returns the folders that a function must be able to read for it.
 */
export async function offerSdk(folder: string): Promise<string[]> {
  const links = join(folder, 'node_modules');
  const targets = await Promise.all(PACKAGES.map(async (name) => [name, await folderOf(name)] as const));
  const roots = new Set<string>();
  for (const [name, target] of targets) {
    if (target === undefined) continue;
    await mkdir(dirname(join(links, name)), { recursive: true, mode: 0o700 });
    // Windows lets everybody make junctions, and few make symbolic links; elsewhere the type means nothing.
    await symlink(target, join(links, name), 'junction').catch(unlessThere);
    roots.add(rootOf(target));
  }
  return roots.size === 0 ? [] : [links, ...roots];
}

/** Undefined for a package that is not installed here. */
async function folderOf(name: string): Promise<string | undefined> {
  const ours = createRequire(import.meta.filename);
  try {
    // That of util-dynamodb is a dependency of lib-dynamodb's, and may lie below it.
    const from = createRequire(ours.resolve('@aws-sdk/lib-dynamodb/package.json'));
    return dirname(await realpath(from.resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

/** The outermost `node_modules`: packages lie in one another, or beside. */
function rootOf(folder: string): string {
  const parts = folder.split(sep);
  const index = parts.indexOf('node_modules');
  return index < 0 ? dirname(folder) : parts.slice(0, index + 1).join(sep);
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
