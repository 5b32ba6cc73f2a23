import type { Clock } from './clock.js';
import type { Table } from './store.js';

interface Change<T> {
  readonly key: string;
  readonly before: T | undefined;
  /** When it is seen from afar. */
  readonly at: number;
}

/** A table, and the same table as it is seen by those whom each change reaches later. */
export interface LateTable<T> {
  readonly here: Table<T>;
  readonly afar: Table<T>;
}

/**
 * What makes IAM and API Gateway eventually consistent: from afar the table looks as it did `delay` milliseconds ago.
 * Whoever changes it, changes it here. A restart of the server makes every change seen.
 */
export function lateTable<T extends object>(
  table: Table<T>,
  { clock, delay }: { clock: Clock; delay: number },
): LateTable<T> {
  if (delay === 0) return { here: table, afar: table };
  // In the order in which they were made, which is the order in which they are seen.
  const unseen: Change<T>[] = [];
  const dropSeen = (): void => {
    const now = clock.now();
    while (unseen[0] && unseen[0].at <= now) unseen.shift();
  };
  const note = (key: string): void => {
    dropSeen();
    unseen.push({ key, before: table.get(key), at: clock.now() + delay });
  };
  const put = (key: string, value: T): void => {
    note(key);
    table.put(key, value);
  };
  const remove = (key: string): void => {
    note(key);
    table.delete(key);
  };
  return {
    here: { ...table, put, delete: remove },
    afar: {
      get: (key) => {
        dropSeen();
        const oldest = unseen.find((change) => change.key === key);
        return oldest ? oldest.before : table.get(key);
      },
      values: () => {
        dropSeen();
        const before = new Map<string, T | undefined>();
        for (const change of unseen) if (!before.has(change.key)) before.set(change.key, change.before);
        const changed = new Set([...before.keys()].map((key) => table.get(key)));
        const unchanged = table.values().filter((value) => !changed.has(value));
        return [...unchanged, ...[...before.values()].filter((value) => value !== undefined)];
      },
      put,
      delete: remove,
    },
  };
}
