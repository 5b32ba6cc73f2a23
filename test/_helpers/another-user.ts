import { chmod } from 'node:fs/promises';

/** Somebody who owns nothing. */
const NOBODY = 65_534;

/** Does something as a user who may not read the file: root, who may read all, is made another one meanwhile. */
export async function withoutRightTo<T>(file: string, act: () => Promise<T>): Promise<T> {
  await chmod(file, 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(file, 0o600);
  }
}
