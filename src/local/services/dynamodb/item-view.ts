import { Stream } from 'node:stream';
import { resourceNotFound } from './errors.js';
import { checkIndexKeys } from './index-keys.js';
import { after, type Change, type ItemStore } from './item-store.js';
import type { TableRecord, Tables } from './state.js';
import { storeOptions } from './validate.js';

/** One request's view of tables and items, in the form that dynalite's operations ask for. */
export interface ItemView {
  readonly store: DynaliteStore;
  /** The item that was read last: of a write, the item as it was before. */
  lastRead(): unknown;
}

/**
 * `changes` takes what the request writes; `fail` ends the request. dynalite's code runs in callbacks, where an
 * exception would end the process: every callback given to this view is called under guard.
 */
export function itemView(options: {
  items: ItemStore;
  tables: Tables;
  changes: Change[];
  fail: (error: unknown) => void;
  /** Hears where each item that is read is kept. */
  onRead?: (key: string) => void;
}): ItemView {
  const { items, tables, changes, fail, onRead } = options;
  let lastRead: unknown;
  const guarded =
    <T>(callback: DynaliteCallback<T>): DynaliteCallback<T> =>
    (error, result) => {
      try {
        callback(error, result);
      } catch (thrown) {
        fail(thrown);
      }
    };
  const below = (prefix: string, check?: (item: unknown) => void): DynaliteItems => ({
    get: (key, callback) => {
      lastRead = items.get(prefix + key);
      onRead?.(prefix + key);
      guarded(callback)(undefined, lastRead);
    },
    put: (key, value, callback) => {
      check?.(value);
      changes.push({ type: 'put', key: prefix + key, value });
      guarded(callback)();
    },
    del: (key, callback) => {
      changes.push({ type: 'del', key: prefix + key });
      guarded(callback)();
    },
    // The item store writes one request at a time: there is nobody to lock out.
    lock: (_key, work) => work((callback) => callback),
    createValueStream: (range) => new ValueStream(items.values(rangeBelow(prefix, range)), fail),
  });
  const tableOf = (name: string): TableRecord => orThrow(tables.usable(name));
  return {
    lastRead: () => lastRead,
    store: {
      options: storeOptions,
      getTable: (name, callback) => {
        const table = tables.usable(name);
        guarded(callback)(table ? undefined : resourceNotFound(), table);
      },
      getItemDb: (name) => {
        const table = tableOf(name);
        return below(`${tableFolder(table)}item/`, (item) => checkIndexKeys(table, item));
      },
      getIndexDb: (kind, name, index) =>
        below(`${tableFolder(tableOf(name))}${kind.toLowerCase()}/${index}/`),
    },
  };
}

/** Where all that belongs to a table is kept: by its id, so that a table made anew under the same name is empty. */
export function tableFolder(table: { readonly TableId: string }): string {
  return `${table.TableId}/`;
}

function orThrow(table: TableRecord | undefined): TableRecord {
  if (table === undefined) throw resourceNotFound();
  return table;
}

function rangeBelow(prefix: string, range: DynaliteRange): DynaliteRange {
  const { gt, gte, lt, lte, ...rest } = range;
  return {
    ...rest,
    ...(gt === undefined ? { gte: prefix + (gte ?? '') } : { gt: prefix + gt }),
    ...(lt === undefined
      ? lte === undefined
        ? { lt: after(prefix) }
        : { lte: prefix + lte }
      : { lt: prefix + lt }),
  };
}

/** Values as the events that dynalite's reader listens to; it knows a stream by its class, and ends it by `destroy`. */
class ValueStream extends Stream {
  #isWanted = true;

  constructor(chunks: AsyncIterable<unknown[]>, fail: (error: unknown) => void) {
    super();
    this.#send(chunks).catch(fail);
  }

  destroy(): void {
    this.#isWanted = false;
  }

  async #send(chunks: AsyncIterable<unknown[]>): Promise<void> {
    for await (const chunk of chunks) {
      for (const value of chunk) {
        if (!this.#isWanted) return;
        this.emit('data', value);
      }
    }
    this.emit('end');
  }
}
