import { join } from 'node:path';
import * as v from 'valibot';
import { STATE_FOLDER } from '../../src/local/home.js';
import { openStore } from '../../src/local/store.js';

/** How many things of each kind are beside the labs' own. */
export interface Crowd {
  readonly apis: number;
  readonly keys: number;
  readonly plans: number;
  readonly functions: number;
  readonly tables: number;
}

const Listed = v.looseObject({ id: v.string(), name: v.string(), createdAt: v.number() });
const NamedTable = v.looseObject({ TableName: v.string(), TableId: v.string() });
const Named = v.looseObject({ name: v.string() });

/**
 * Fills the state of a local AWS that is stopped with copies of what the labs in it have, under other names and without
 * tags: by calls it would take long, and AWS's limits are lower than what some accounts were granted. In the order of
 * their age they come after the first lab and after the second one, half and half.
 */
export async function crowdState(folder: string, crowd: Crowd): Promise<void> {
  const store = await openStore(join(folder, STATE_FOLDER));
  const listed = [
    ['apigateway-rest-apis', crowd.apis, () => ({})],
    // By its value a key is told from others.
    ['apigateway-api-keys', crowd.keys, (id: string) => ({ value: id.padEnd(40, '0') })],
    ['apigateway-usage-plans', crowd.plans, () => ({ apiStages: [] })],
  ] as const;
  for (const [kind, count, change] of listed) {
    const table = store.table(kind, Listed);
    const [first, second] = table.values().sort((a, b) => a.createdAt - b.createdAt);
    for (let nth = 0; nth < count; nth += 1) {
      const elder = nth % 2 === 0 ? first : second;
      if (!elder) throw new Error(`there are no two labs with ${kind}`);
      const id = `n${String(nth).padStart(elder.id.length - 1, '0')}`;
      const createdAt = elder.createdAt + 1;
      table.put(id, { ...elder, id, name: `neighbour-${nth}`, createdAt, tags: {}, ...change(id) });
    }
  }
  const functions = store.table('lambda-functions', Named);
  const [model] = functions.values();
  for (let nth = 0; model && nth < crowd.functions; nth += 1) {
    const name = `${model.name}${nth}`;
    functions.put(name, { ...model, name, tags: {} });
  }
  const tables = store.table('dynamodb/tables', NamedTable);
  const [table] = tables.values();
  for (let nth = 0; table && nth < crowd.tables; nth += 1) {
    const TableName = `${table.TableName}${nth}`;
    tables.put(TableName, { ...table, TableName, TableId: `${table.TableId}${nth}`, Tags: [] });
  }
  await store.flush();
  await store.close();
}
