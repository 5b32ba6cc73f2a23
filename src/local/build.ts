import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/**
 * What tells one build of the server from another of the same version: its script, in which the build writes the hash of
 * all that it made. Two installs of one build are the same, and need not replace one another's server.
 */
export const buildOf = (serverScript: string): Promise<string> =>
  readFile(serverScript).then(
    (script) => createHash('sha256').update(script).digest('hex'),
    () => '',
  );

/**
 * The build that a running server is of. It is of none any more when its script, or the Node.js that it runs on, is gone or
 * was written anew: it would start functions with a worker, or on a Node.js, that is not its own.
 */
export async function ownBuild(serverScript: string, node: string): Promise<() => string> {
  const writtenAt = (): string =>
    [serverScript, node].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join();
  const before = writtenAt();
  const build = await buildOf(serverScript);
  return () => (writtenAt() === before ? build : '');
}
