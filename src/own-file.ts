import { open } from 'node:fs/promises';
import { posixQuoted } from './shell-word.js';

const ROOT = 0;

/** The file is another user's. */
export class DistrustedFileError extends Error {
  override readonly name = 'DistrustedFileError';

  constructor() {
    super('it belongs to another user');
  }
}

/** What to do about what may be one's own after all, and cannot be read. */
export const takeBackHint = (folder: string): string =>
  `It belongs to another user, as after a run with sudo. Take the folder back with \`sudo chown -R "$(id -un)" ${posixQuoted(folder)}\`, or set LAB_SETUP_HOME to one of your own.`;

/** Not to take it over, as what sudo left: then it would be believed. */
export const DISTRUSTED_HINT =
  'Whoever put it there could lead commands to a server of his own. Delete it, and let nobody else write its folder; or set LAB_SETUP_HOME to a folder of your own.';

/**
 * The text of a file that says where commands go. One that belongs to another user, as he can put it into a folder that all may
 * write, is not believed: it would lead commands to a server of his, and have any process of ours ended for the local AWS.
 * @throws DistrustedFileError, and what Node throws
 */
export async function readOwn(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { uid } = await handle.stat();
    const self = process.geteuid?.() ?? uid;
    if (![self, ROOT].includes(uid) && self !== ROOT) throw new DistrustedFileError();
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
