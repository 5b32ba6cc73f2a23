import type { Contents, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';
import { openItemStore } from './item-store.js';
import { itemOperations } from './items.js';
import { createSweeper } from './leftovers.js';
import { settingOperations } from './settings.js';
import { openTables } from './state.js';
import { tableArn } from './table-description.js';
import { tableOperations } from './tables.js';
import { tagOperations } from './tags.js';
import { transactionOperations } from './transactions.js';
import { updateTableOperation } from './update-table.js';
import { dynamoDbService } from './wire.js';

export interface DynamoDb {
  readonly service: Service;
  readonly contents: () => Contents;
  close(): Promise<void>;
}

/** DynamoDB: tables and tags are ours, the work on items is dynalite's; items are kept in `folder`. */
export async function openDynamoDb(
  world: World,
  options: { authorize: Authorize; folder: string },
): Promise<DynamoDb> {
  const items = await openItemStore(options.folder);
  const tables = openTables(world);
  const sweeper = createSweeper({ world, items, tables });
  const context = { world, tables, sweeper };
  sweeper.sweep();
  return {
    service: dynamoDbService({
      operations: [
        ...tableOperations(context),
        updateTableOperation(context),
        ...tagOperations(context),
        ...settingOperations(tables),
        ...itemOperations({ items, tables }),
        ...transactionOperations({ items, tables, clock: world.clock }),
      ],
      authorize: options.authorize,
      tableArnPrefix: tableArn(world, ''),
    }),
    contents: () => ({ tables: tables.names().length }),
    close: async () => {
      await sweeper.idle();
      await items.close();
    },
  };
}
