import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { uuid } from '../../../ids.js';
import { removeFolder } from '../../../remove-folder.js';
import type { Store } from '../../../store.js';
import { zippedTooLarge } from '../errors.js';
import { codeIdSchema } from '../state.js';
import { unpack } from './archive.js';

/** AWS's limit for a zip in a request (aws-facts 3.2). */
export const MAX_ZIPPED_BYTES = 52_428_800;

/** A zip that was checked and unpacked, and that no function has yet. */
export interface CheckedCode {
  /** The zip's SHA-256 in hex: the same zip is kept once. */
  readonly id: string;
  readonly size: number;
  readonly zip: Buffer;
}

/** Functions' code: the zips in the store, and the folders from which processes run them. */
export interface CodeStore {
  /** Checks and unpacks a zip. @throws AwsError in AWS's words. */
  check(zip: Buffer): Promise<CheckedCode>;
  /** Keeps the zip; to be called together with the change of the function that has it. */
  keep(code: CheckedCode): void;
  /** The zip as it was uploaded. */
  archive(id: string): Promise<Buffer | undefined>;
  /** Where the code lies unpacked; unpacks it first when the server was restarted meanwhile. */
  folder(id: string): Promise<string>;
  /** Forgets zips and folders that are in neither set. `owned` are those that functions have, `running` those of processes. */
  prune(owned: ReadonlySet<string>, running: ReadonlySet<string>): void;
}

/** `root` is emptied by whoever opens the server: folders are made anew from the zips. */
export function openCodeStore(store: Store, root: string): CodeStore {
  const zips = store.journal('lambda-code');
  const kept = store.table('lambda-code-ids', codeIdSchema);
  const folders = new Map<string, Promise<string>>();

  const unpacked = (id: string, zip: () => Promise<Buffer>): Promise<string> => {
    const known = folders.get(id);
    if (known) return known;
    // A name of its own, so that the removal of an older folder of the same code cannot meet it.
    const folder = join(root, `${id.slice(0, 16)}-${uuid()}`);
    const unpacking = zip()
      .then((bytes) => unpack(bytes, folder))
      .then(() => folder);
    folders.set(id, unpacking);
    unpacking.catch(() => {
      folders.delete(id);
      void removeFolder(folder);
    });
    return unpacking;
  };

  const archive = (id: string): Promise<Buffer | undefined> =>
    kept.get(id) === undefined ? Promise.resolve(undefined) : zips.get(id);

  return {
    check: async (zip) => {
      if (zip.length >= MAX_ZIPPED_BYTES) throw zippedTooLarge(MAX_ZIPPED_BYTES);
      const id = createHash('sha256').update(zip).digest('hex');
      await unpacked(id, () => Promise.resolve(zip));
      return { id, size: zip.length, zip };
    },
    keep: ({ id, zip }) => {
      if (kept.get(id) !== undefined) return;
      kept.put(id, { id });
      zips.put(id, zip);
    },
    archive,
    folder: (id) =>
      unpacked(id, async () => {
        const zip = await archive(id);
        if (!zip) throw new Error(`the code ${id} is not in the store`);
        return zip;
      }),
    prune: (owned, running) => {
      for (const { id } of kept.values()) {
        if (owned.has(id)) continue;
        kept.delete(id);
        zips.delete(id);
      }
      for (const [id, folder] of folders) {
        if (owned.has(id) || running.has(id)) continue;
        folders.delete(id);
        void folder.then(removeFolder, () => undefined);
      }
    },
  };
}
