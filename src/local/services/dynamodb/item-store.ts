import { openDatabase, type Database, type Change as DatabaseChange } from '../../database.js';

export type Change = DatabaseChange<unknown>;

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

/** @throws StoreError when another process has the folder open, or the disk refuses. */
export async function openItemStore(folder: string): Promise<ItemStore> {
  const database = await openDatabase<unknown>(folder, { valueEncoding: 'json' });
  const { level } = database;
  return {
    ready: () => database.ready(),
    get: (key) => level.getSync(key),
    values: (range) => chunks(level, range),
    transaction: (work) =>
      database.exclusive(async (writer) => {
        const changes: Change[] = [];
        const result = await work(changes);
        if (changes.length > 0) await writer.batch(changes);
        return result;
      }),
    clear: (prefix) => database.exclusive((writer) => writer.clear({ gte: prefix, lt: after(prefix) })),
    close: () => database.close(),
  };
}

/** The first key behind all those that begin with `prefix`, which must end in an ASCII character. */
export function after(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

async function* chunks(level: Database<unknown>['level'], range: DynaliteRange): AsyncGenerator<unknown[]> {
  const iterator = level.values(range);
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
