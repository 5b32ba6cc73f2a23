import { statfs } from 'node:fs/promises';
import { Level } from 'level';
import { internalServerError } from './errors.js';

export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** Items in LevelDB, keyed by table; what it has acknowledged survives `kill -9`. */
export interface ItemStore {
  /** Ask for it before reading: opens the database again where that has failed before. */
  ready(): Promise<void>;
  get(key: string): unknown;
  /** The values in `range` as they are now, in chunks. */
  values(range: DynaliteRange): AsyncIterable<unknown[]>;
  /** One at a time: what `work` puts into `changes` is written in one atomic batch, or not at all when it throws. */
  transaction<T>(work: (changes: Change[]) => Promise<T>): Promise<T>;
  /** Removes every key that begins with `prefix`. */
  clear(prefix: string): Promise<void>;
  close(): Promise<void>;
}

const CHUNK = 100;

/** LevelDB writes its log anew as a table when it opens: twice its write buffer is room enough. */
const ROOM_TO_OPEN = 8 * 1024 * 1024;

/** @throws when another process has the folder open, or the disk refuses. */
export async function openItemStore(folder: string): Promise<ItemStore> {
  const db = new Level<string, unknown>(folder, { valueEncoding: 'json' });
  await db.open();
  let last: Promise<unknown> = Promise.resolve();

  let isSuspect = false;

  const ready = async (): Promise<void> => {
    if (db.status !== 'open') await db.open();
  };
  /**
   * After a failed write LevelDB's log may end in half a record, behind which it would write what it could not read
   * again. Before the next write the database is therefore opened anew; not before there is room, for reads go on.
   */
  const readyToWrite = async (): Promise<void> => {
    if (isSuspect) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < ROOM_TO_OPEN) throw diskRefuses();
      await db.close();
    }
    await ready();
    isSuspect = false;
  };
  const exclusive = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const write = async (changes: Change[]): Promise<void> => {
    try {
      await db.batch(changes);
    } catch {
      isSuspect = true;
      throw diskRefuses();
    }
  };
  return {
    ready,
    get: (key) => db.getSync(key),
    values: (range) => chunks(db, range),
    transaction: (work) =>
      exclusive(async () => {
        await readyToWrite();
        const changes: Change[] = [];
        const result = await work(changes);
        if (changes.length > 0) await write(changes);
        return result;
      }),
    clear: (prefix) =>
      exclusive(async () => {
        await readyToWrite();
        await db.clear({ gte: prefix, lt: after(prefix) });
      }),
    close: () => exclusive(() => db.close()),
  };
}

const diskRefuses = (): Error =>
  internalServerError('The local AWS could not write to disk: is the disk full?');

/** The first key behind all those that begin with `prefix`, which must end in an ASCII character. */
export function after(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

async function* chunks(db: Level<string, unknown>, range: DynaliteRange): AsyncGenerator<unknown[]> {
  const iterator = db.values(range);
  try {
    for (;;) {
      const values = await iterator.nextv(CHUNK);
      if (values.length === 0) return;
      yield values;
    }
  } finally {
    await iterator.close();
  }
}
