import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes a folder with all that is in it, and never throws: what cannot be removed is left.
 * A function may have locked folders of its own (`chmod 0`): they are unlocked, then removed.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await remove(folder);
  } catch {
    await unlock(folder);
    await remove(folder).catch(() => undefined);
  }
}

const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

async function unlock(root: string): Promise<void> {
  const folders = [root];
  for (const folder of folders) {
    await chmod(folder, 0o700).catch(() => undefined);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(folder, entry.name));
  }
}
