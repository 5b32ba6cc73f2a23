import { chmod, chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

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

/** Another one, who owns what he puts into folders of all. */
const STRANGER = 65_533;

/** Does something as a user who may read the file, below the folder for temporary files; it belongs to another. For root alone. */
export async function withFileOfAnother<T>(file: string, act: () => Promise<T>): Promise<T> {
  for (let folder = dirname(file); folder !== tmpdir(); folder = dirname(folder)) await chmod(folder, 0o755);
  await chmod(file, 0o644);
  await chown(file, STRANGER, STRANGER);
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
