import { chmod, mkdir } from 'node:fs/promises';
import { Level } from 'level';
import * as v from 'valibot';

/** Raised when this code cannot use the state folder; the message says which and why. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Small records, all of them in memory; every change is on its way to disk when it is made. */
export interface Table<T> {
  get(key: string): T | undefined;
  values(): T[];
  put(key: string, value: T): void;
  delete(key: string): void;
}

/** Many records on disk only, in the order of their keys: log events, code archives. */
export interface Journal {
  put(key: string, value: Buffer): void;
  delete(key: string): void;
  get(key: string): Promise<Buffer | undefined>;
  /** Entries with `from <= key < to`. */
  read(range: JournalRange): Promise<{ key: string; value: Buffer }[]>;
  /** Deletes the entries with `from <= key < to`, after all changes made so far are on disk. */
  clear(range: Pick<JournalRange, 'from' | 'to'>): Promise<void>;
}

export interface JournalRange {
  from: string;
  to: string;
  reverse?: boolean;
  limit?: number;
}

/**
 * The state of the local AWS in LevelDB. Handlers change tables and journals synchronously; the server awaits `flush`
 * before it answers, so what was acknowledged survives `kill -9`, and all changes of one handler reach the disk in one
 * atomic batch.
 */
export interface Store {
  /** The table `name`; records on disk are parsed with `schema`. Ask for it once, at start. */
  table<S extends v.GenericSchema>(name: string, schema: S): Table<v.InferOutput<S>>;
  journal(name: string): Journal;
  /** Resolves when all changes made so far are on disk; rejects when the disk refuses, and tries again next time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Raised when the layout of what is stored changes; a folder with a higher number is refused, not damaged. */
const STATE_VERSION = 1;
const VERSION_KEY = 'meta/version';

type Change = { type: 'put'; key: string; value: Buffer } | { type: 'del'; key: string };

/**
 * Opens the store in `folder` (made if need be). LevelDB's own lock keeps a second process out.
 * @throws StoreError when another process has it open, or when a newer version wrote it.
 */
export async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A folder that was there before keeps its mode: the state holds what functions were given as secrets.
  await chmod(folder, 0o700);
  const db = new Level<string, Buffer>(folder, { valueEncoding: 'buffer' });
  try {
    await db.open();
  } catch (cause) {
    throw new StoreError(`The state in ${folder} cannot be opened: ${reason(cause)}`, { cause });
  }
  const [version] = await db.getMany([VERSION_KEY]);
  if (version !== undefined && !(Number(version.toString()) <= STATE_VERSION)) {
    await db.close();
    throw new StoreError(
      `The state in ${folder} was written by a newer lab-setup. Update lab-setup to use it.`,
    );
  }
  if (version === undefined) await db.put(VERSION_KEY, Buffer.from(String(STATE_VERSION)));
  const records = new Map<string, Buffer>();
  for await (const [key, value] of db.iterator({ gte: 'table/', lt: 'table0' })) records.set(key, value);
  return new LevelStore(db, records);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** @throws StoreError when a record is not what this version writes. */
function readRecord<S extends v.GenericSchema>(schema: S, key: string, value: Buffer): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(value.toString()));
  } catch (cause) {
    throw new StoreError(`The record ${key} of the state cannot be read: ${reason(cause)}`, { cause });
  }
}

class LevelStore implements Store {
  readonly #db: Level<string, Buffer>;
  readonly #records: ReadonlyMap<string, Buffer>;
  #pending: Change[] = [];
  #flushing: Promise<void> | undefined;

  constructor(db: Level<string, Buffer>, records: ReadonlyMap<string, Buffer>) {
    this.#db = db;
    this.#records = records;
  }

  table<S extends v.GenericSchema>(name: string, schema: S): Table<v.InferOutput<S>> {
    const prefix = `table/${name}/`;
    const rows = new Map<string, v.InferOutput<S>>();
    for (const [key, value] of this.#records) {
      if (key.startsWith(prefix)) rows.set(key.slice(prefix.length), readRecord(schema, key, value));
    }
    return {
      get: (key) => rows.get(key),
      values: () => [...rows.values()],
      put: (key, value) => {
        rows.set(key, value);
        this.#pending.push({ type: 'put', key: prefix + key, value: Buffer.from(JSON.stringify(value)) });
      },
      delete: (key) => {
        if (rows.delete(key)) this.#pending.push({ type: 'del', key: prefix + key });
      },
    };
  }

  journal(name: string): Journal {
    const prefix = `journal/${name}/`;
    return {
      put: (key, value) => void this.#pending.push({ type: 'put', key: prefix + key, value }),
      delete: (key) => void this.#pending.push({ type: 'del', key: prefix + key }),
      get: async (key) => {
        await this.flush();
        return this.#db.get(prefix + key);
      },
      read: async ({ from, to, reverse = false, limit = -1 }) => {
        await this.flush();
        const entries = await this.#db
          .iterator({ gte: prefix + from, lt: prefix + to, reverse, limit })
          .all();
        return entries.map(([key, value]) => ({ key: key.slice(prefix.length), value }));
      },
      clear: async ({ from, to }) => {
        await this.flush();
        await this.#db.clear({ gte: prefix + from, lt: prefix + to });
      },
    };
  }

  /** One batch at a time; changes made while one is being written go together into the next. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined);
    if (this.#pending.length === 0) return;
    const batch = this.#pending;
    this.#pending = [];
    this.#flushing = this.#db.batch(batch);
    try {
      await this.#flushing;
    } catch (error) {
      this.#pending = [...batch, ...this.#pending];
      throw error;
    } finally {
      this.#flushing = undefined;
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#db.close();
    }
  }
}
