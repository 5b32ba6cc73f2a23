import type { World } from '../ports.js';
import type { ItemStore } from './item-store.js';
import { tableFolder } from './item-view.js';
import type { Tables } from './state.js';

export interface Sweeper {
  /** Begins to remove the items of deleted tables; nobody waits for it, and what fails is tried again at the next start. */
  sweep(): void;
  /** Resolves when nothing is being removed. */
  idle(): Promise<void>;
}

export function createSweeper(options: { world: World; items: ItemStore; tables: Tables }): Sweeper {
  const { world, items, tables } = options;
  const sweepAll = async (): Promise<void> => {
    for (const tableId of tables.leftovers.values()) {
      // The deletion first: should the process die in between, a table that still stands must not have lost its items.
      await world.store.flush();
      await items.clear(tableFolder({ TableId: tableId }));
      tables.leftovers.delete(tableId);
    }
    await world.store.flush();
  };
  let running = Promise.resolve();
  return {
    sweep: () => {
      running = running.then(sweepAll).catch(() => undefined);
    },
    idle: () => running,
  };
}
