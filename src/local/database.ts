import { statfs } from 'node:fs/promises';
import { Level } from 'level';
import { codeOf, LocalFailure } from './errors.js';

/** Raised when this code cannot use the state folder; the message says which and why. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

export type Change<V> =
  | { readonly type: 'put'; readonly key: string; readonly value: V }
  | { readonly type: 'del'; readonly key: string };

export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** Changes LevelDB; each call is acknowledged only when it would survive `kill -9`. */
export interface Writer<V> {
  /** All or nothing. */
  batch(changes: readonly Change<V>[]): Promise<void>;
  clear(range: KeyRange): Promise<void>;
}

/**
 * A LevelDB that outlives a full disk. After a failed write LevelDB's log may end in half a record, and what it wrote
 * behind that it could not read again: it would be acknowledged and lost. So the database is opened anew before the
 * next write.
 */
export interface Database<V> {
  /** For reading; ask `ready` before. */
  readonly level: Level<string, V>;
  /** Opens the database again where that has failed before. */
  ready(): Promise<void>;
  /** One at a time, in the order of asking. @throws LocalFailure when the disk refuses. */
  exclusive<T>(work: (writer: Writer<V>) => Promise<T>): Promise<T>;
  /** Waits for what is being written; nothing can be read or written afterwards. */
  close(): Promise<void>;
}

/** LevelDB writes its log anew as a table when it opens: twice its write buffer is room enough. */
const ROOM_TO_OPEN = 8 * 1024 * 1024;

/** @throws StoreError when another process has the folder open (see `isLocked`), or the disk refuses. */
export async function openDatabase<V>(
  folder: string,
  options: { valueEncoding: 'json' | 'buffer' },
): Promise<Database<V>> {
  const level = new Level<string, V>(folder, options);
  await level.open().catch((cause: unknown) => {
    throw new StoreError(`The state in ${folder} cannot be opened: ${reasonOf(cause)}`, { cause });
  });
  let last: Promise<unknown> = Promise.resolve();
  let isSuspect = false;
  let isClosed = false;

  const ready = async (): Promise<void> => {
    if (isClosed) throw new LocalFailure('The local AWS is stopping.');
    if (level.status !== 'open') await level.open();
  };
  const readyToWrite = async (): Promise<void> => {
    if (isSuspect && !isClosed) {
      // Not before there is room to open it again, for until then reads go on.
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < ROOM_TO_OPEN) throw diskRefuses();
      await level.close();
    }
    await ready();
    isSuspect = false;
  };
  const guarded = async (write: () => Promise<void>): Promise<void> => {
    try {
      await write();
    } catch (cause) {
      isSuspect = true;
      throw diskRefuses(cause);
    }
  };
  const writer: Writer<V> = {
    batch: (changes) => guarded(() => level.batch([...changes])),
    clear: (range) => guarded(() => level.clear(range)),
  };
  const queue = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    level,
    ready,
    exclusive: (work) =>
      queue(async () => {
        await readyToWrite();
        return work(writer);
      }),
    close: () =>
      queue(() => {
        isClosed = true;
        return level.close();
      }),
  };
}

/** In its cause LevelDB says what the matter is. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Whether LevelDB could not be opened because another process has it open. */
export function isLocked(error: unknown): boolean {
  if (codeOf(error) === 'LEVEL_LOCKED') return true;
  return typeof error === 'object' && error !== null && 'cause' in error && isLocked(error.cause);
}

const diskRefuses = (cause?: unknown): LocalFailure =>
  new LocalFailure('The local AWS could not write to disk: is the disk full?', { cause });
