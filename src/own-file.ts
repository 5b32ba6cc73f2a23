import { open } from 'node:fs/promises';

const ROOT = 0;

/**
 * The text of a file that says where commands go. One that belongs to another user, as he can put it into a folder that all may
 * write, is not believed: it would lead commands to a server of his, and have any process of ours ended for the local AWS.
 * @throws what Node throws; with the code EPERM where the file is another user's
 */
export async function readOwn(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { uid } = await handle.stat();
    const self = process.geteuid?.() ?? uid;
    if (![self, ROOT].includes(uid) && self !== ROOT) {
      throw Object.assign(new Error('it belongs to another user'), { code: 'EPERM' });
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
