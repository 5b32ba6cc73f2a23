import { chmod, mkdir } from 'node:fs/promises';
import * as v from 'valibot';
import { openDatabase, reasonOf, StoreError, type Change, type Database } from './database.js';
import { LocalFailure } from './errors.js';

/** Raised when a newer version wrote the state: to begin anew would destroy what that one can use. */
export class NewerStateError extends StoreError {}

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
 * The state of the local AWS in LevelDB. Handlers change tables and journals synchronously, and what was acknowledged
 * survives `kill -9`: all changes of one handler reach the disk in one atomic batch before it is answered, or are
 * undone where the disk refuses.
 */
export interface Store {
  /** The table `name`; records on disk are parsed with `schema`. Ask for it once, at start. */
  table<S extends v.GenericSchema>(name: string, schema: S): Table<v.InferOutput<S>>;
  journal(name: string): Journal;
  /** Resolves with what `work` gives when all that it changed or could see is on disk. @throws LocalFailure when its own changes were lost. */
  commit<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all changes made so far are on disk. @throws LocalFailure when the disk refuses; they are undone then. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Raised when the layout of what is stored changes; a folder with a higher number is refused, not damaged. */
const STATE_VERSION = 1;
const VERSION_KEY = 'meta/version';

/**
 * Opens the store in `folder` (made if need be). LevelDB's own lock keeps a second process out.
 * @throws StoreError when another process has it open; NewerStateError when a newer version wrote it.
 */
export async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A folder that was there before keeps its mode: the state holds what functions were given as secrets.
  await chmod(folder, 0o700);
  const db = await openDatabase<Buffer>(folder, { valueEncoding: 'buffer' });
  try {
    await checkVersion(db, folder);
    const records = new Map<string, Buffer>();
    const all = db.level.iterator({ gte: 'table/', lt: 'table0' });
    for await (const [key, value] of all) records.set(key, value);
    return new LevelStore(db, records);
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function checkVersion(db: Database<Buffer>, folder: string): Promise<void> {
  const [version] = await db.level.getMany([VERSION_KEY]);
  if (version === undefined) {
    const value = Buffer.from(String(STATE_VERSION));
    await db.exclusive((writer) => writer.batch([{ type: 'put', key: VERSION_KEY, value }]));
  } else if (!(Number(version.toString()) <= STATE_VERSION)) {
    throw new NewerStateError(`The state in ${folder} was written by a newer lab-setup.`);
  }
}

/** @throws StoreError when a record is not what this version writes. */
function readRecord<S extends v.GenericSchema>(schema: S, key: string, value: Buffer): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(value.toString()));
  } catch (cause) {
    throw new StoreError(`The record ${key} of the state cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/** Whose changes are to be written, so that he hears of it when they were lost. */
interface Author {
  isRefused: boolean;
}

/** Changes that are written together, and how to take them back. */
class Generation {
  readonly changes: Change<Buffer>[] = [];
  readonly undo: (() => void)[] = [];
  readonly authors = new Set<Author>();
  isLost = false;
  written: Promise<void> | undefined;

  lose(): void {
    this.isLost = true;
    for (const undo of this.undo.reverse()) undo();
    for (const author of this.authors) author.isRefused = true;
  }
}

class LevelStore implements Store {
  readonly #db: Database<Buffer>;
  readonly #records: ReadonlyMap<string, Buffer>;
  /** All whose work is not done. */
  readonly #underWay = new Set<Author>();
  /**
   * Who may be changing something now: whose work has just begun, else, as nobody can tell who it was that waited, all
   * that are under way. (An AsyncLocalStorage could tell, and costs every request a quarter of its time.)
   */
  #suspects: Iterable<Author> = this.#underWay;
  #pending = new Generation();
  /** The last generation that was given to be written; undefined when there is none. */
  #writing: Promise<void> | undefined;

  constructor(db: Database<Buffer>, records: ReadonlyMap<string, Buffer>) {
    this.#db = db;
    this.#records = records;
  }

  table<S extends v.GenericSchema>(name: string, schema: S): Table<v.InferOutput<S>> {
    const prefix = `table/${name}/`;
    const rows = new Map<string, v.InferOutput<S>>();
    for (const [key, value] of this.#records) {
      if (key.startsWith(prefix)) rows.set(key.slice(prefix.length), readRecord(schema, key, value));
    }
    const change = (key: string, value: Change<Buffer>): void => {
      const before = rows.get(key);
      this.#record(value, () => (before === undefined ? rows.delete(key) : rows.set(key, before)));
    };
    return {
      get: (key) => rows.get(key),
      values: () => [...rows.values()],
      put: (key, value) => {
        change(key, { type: 'put', key: prefix + key, value: Buffer.from(JSON.stringify(value)) });
        rows.set(key, value);
      },
      delete: (key) => {
        if (!rows.has(key)) return;
        change(key, { type: 'del', key: prefix + key });
        rows.delete(key);
      },
    };
  }

  journal(name: string): Journal {
    const prefix = `journal/${name}/`;
    return {
      put: (key, value) => this.#record({ type: 'put', key: prefix + key, value }),
      delete: (key) => this.#record({ type: 'del', key: prefix + key }),
      get: async (key) => {
        await this.#readable();
        return this.#db.level.get(prefix + key);
      },
      read: async ({ from, to, reverse = false, limit = -1 }) => {
        await this.#readable();
        const range = { gte: prefix + from, lt: prefix + to, reverse, limit };
        const entries = await this.#db.level.iterator(range).all();
        return entries.map(([key, value]) => ({ key: key.slice(prefix.length), value }));
      },
      clear: async ({ from, to }) => {
        await this.flush();
        await this.#db.exclusive((writer) => writer.clear({ gte: prefix + from, lt: prefix + to }));
      },
    };
  }

  async commit<T>(work: () => Promise<T>): Promise<T> {
    const author: Author = { isRefused: false };
    this.#underWay.add(author);
    try {
      const result = await this.#begin(author, work);
      // What others changed is waited for, since `work` may have read it; that it was lost is for them to hear.
      if (this.#isUnsettled()) await this.#settled();
      if (author.isRefused) throw lostChanges();
      return result;
    } finally {
      this.#underWay.delete(author);
    }
  }

  #begin<T>(author: Author, work: () => Promise<T>): Promise<T> {
    const before = this.#suspects;
    this.#suspects = [author];
    try {
      return work();
    } finally {
      this.#suspects = before;
    }
  }

  flush(): Promise<void> {
    const generation = this.#pending;
    if (generation.changes.length === 0) return this.#writing ?? Promise.resolve();
    if (!generation.written) {
      const written = this.#write(generation, this.#writing);
      generation.written = written;
      this.#writing = written;
      // A failure is told to those who wait for it, and to nobody who comes later.
      const done = (): void => {
        if (this.#writing === written) this.#writing = undefined;
      };
      written.then(done, done);
    }
    return generation.written;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#db.close();
    }
  }

  #record(change: Change<Buffer>, undo?: () => void): void {
    const { changes, undo: undos, authors } = this.#pending;
    changes.push(change);
    if (undo) undos.push(undo);
    for (const author of this.#suspects) authors.add(author);
  }

  /** One batch at a time; changes made while one is being written go together into the next. */
  async #write(generation: Generation, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    if (generation.isLost) throw lostChanges();
    this.#pending = new Generation();
    try {
      await this.#db.exclusive((writer) => writer.batch(generation.changes));
    } catch (error) {
      // What came meanwhile was built on it, and goes first.
      this.#pending.lose();
      this.#pending = new Generation();
      generation.lose();
      throw error;
    }
  }

  #isUnsettled(): boolean {
    return this.#pending.changes.length > 0 || this.#writing !== undefined;
  }

  #settled(): Promise<void> {
    return this.flush().catch(() => undefined);
  }

  async #readable(): Promise<void> {
    await this.#settled();
    await this.#db.ready();
  }
}

const lostChanges = (): LocalFailure =>
  new LocalFailure('The local AWS could not write its state to disk: is the disk full?');
