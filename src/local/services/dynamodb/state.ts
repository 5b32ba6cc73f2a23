import * as v from 'valibot';
import type { Table } from '../../store.js';
import type { World } from '../ports.js';

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));

const projection = v.object({
  ProjectionType: v.picklist(['ALL', 'INCLUDE', 'KEYS_ONLY']),
  NonKeyAttributes: v.optional(v.array(v.string())),
});

const throughput = v.object({ ReadCapacityUnits: v.number(), WriteCapacityUnits: v.number() });

export const tagSchema = v.object({ Key: v.string(), Value: v.string() });

/** What CreateTable decides about a table, in AWS's own members. */
export const definition = {
  TableName: v.string(),
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  LocalSecondaryIndexes: v.optional(
    v.array(v.object({ IndexName: v.string(), KeySchema: keySchema, Projection: projection })),
  ),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.object({
        IndexName: v.string(),
        KeySchema: keySchema,
        Projection: projection,
        ProvisionedThroughput: v.optional(throughput),
      }),
    ),
  ),
  TableClass: v.optional(v.string()),
};

const tableRecord = v.object({
  ...definition,
  TableId: v.string(),
  /** Seconds since the epoch, as AWS writes them. */
  CreationDateTime: v.number(),
  /** Absent for a table on demand. */
  ProvisionedThroughput: v.optional(
    v.object({
      ...throughput.entries,
      NumberOfDecreasesToday: v.number(),
      LastIncreaseDateTime: v.optional(v.number()),
      LastDecreaseDateTime: v.optional(v.number()),
    }),
  ),
  /** Absent for a table that was always provisioned. */
  BillingModeSummary: v.optional(
    v.object({
      BillingMode: v.picklist(['PAY_PER_REQUEST', 'PROVISIONED']),
      LastUpdateToPayPerRequestDateTime: v.optional(v.number()),
    }),
  ),
  DeletionProtectionEnabled: v.boolean(),
  Tags: v.array(tagSchema),
  /** A change under way, and the time (milliseconds) at which it is done: nothing has to run then. */
  change: v.optional(
    v.object({ status: v.picklist(['CREATING', 'UPDATING', 'DELETING']), until: v.number() }),
  ),
});

export type TableStatus = 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';

export type TableRecord = v.InferOutput<typeof tableRecord>;

/**
 * The tables of this DynamoDB. A status is read off the clock, so there is no timer to lose: a table that was CREATING
 * when the process was killed is ACTIVE when its time has come, a table that was DELETING is gone.
 */
export interface Tables {
  /** The table, whatever its status; undefined when there is none or its deletion is done. */
  find(name: string): TableRecord | undefined;
  /** The table as item operations see it: there from ACTIVE until DELETING. */
  usable(name: string): TableRecord | undefined;
  /** Sorted. */
  names(): string[];
  statusOf(table: TableRecord): TableStatus;
  put(table: TableRecord): void;
  /** Ids of deleted tables whose items may still be on disk. */
  readonly leftovers: Table<string>;
}

export function openTables(world: World): Tables {
  const records = world.store.table('dynamodb/tables', tableRecord);
  const leftovers = world.store.table('dynamodb/leftovers', v.string());
  const isOver = (change: { until: number }): boolean => world.clock.now() >= change.until;
  const statusOf = ({ change }: TableRecord): TableStatus =>
    change === undefined || isOver(change) ? 'ACTIVE' : change.status;
  const find = (name: string): TableRecord | undefined => {
    const table = records.get(name);
    if (table?.change?.status !== 'DELETING' || !isOver(table.change)) return table;
    records.delete(name);
    return undefined;
  };
  return {
    find,
    usable: (name) => {
      const table = find(name);
      if (table === undefined) return undefined;
      const status = statusOf(table);
      return status === 'ACTIVE' || status === 'UPDATING' ? table : undefined;
    },
    names: () =>
      records
        .values()
        .map((table) => table.TableName)
        .filter((name) => find(name) !== undefined)
        .sort(),
    statusOf,
    put: (table) => records.put(table.TableName, table),
    leftovers,
  };
}
