import type { World } from '../ports.js';
import type { TableRecord, TableStatus } from './state.js';

/** What AWS says a table on demand takes at once when it is new (aws-facts 5.1). */
const ON_DEMAND_WARM = { ReadCapacityUnits: 12000, WriteCapacityUnits: 4000 };

export function tableArn(world: Pick<World, 'account' | 'region'>, name: string): string {
  return `arn:aws:dynamodb:${world.region}:${world.account}:table/${name}`;
}

/** `TableDescription` as CreateTable, DescribeTable and UpdateTable give it (aws-facts 5.1). */
export function describe(table: TableRecord, status: TableStatus, world: World): object {
  const settled = status === 'ACTIVE';
  return {
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    CreationDateTime: table.CreationDateTime,
    ...(table.BillingModeSummary && { BillingModeSummary: billing(table, settled) }),
    ...(table.TableClass !== undefined && { TableClassSummary: { TableClass: table.TableClass } }),
    ...indexes(table, status, world),
    ...(settled && { WarmThroughput: warm(table) }),
    ...core(table, status, world),
  };
}

/** DeleteTable leaves out what describes the table's shape (aws-facts 5.1). */
export function describeDeleted(table: TableRecord, world: World): object {
  return core(table, 'DELETING', world);
}

function core(table: TableRecord, status: TableStatus, world: World): object {
  return {
    DeletionProtectionEnabled: table.DeletionProtectionEnabled,
    // AWS counts items about every six hours: a table of the lab is mostly younger.
    ItemCount: 0,
    ProvisionedThroughput: table.ProvisionedThroughput ?? {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
    },
    TableArn: tableArn(world, table.TableName),
    TableId: table.TableId,
    TableName: table.TableName,
    TableSizeBytes: 0,
    TableStatus: status,
  };
}

/** The time of the switch to on demand shows once the table is active. */
function billing(table: TableRecord, settled: boolean): object {
  const { BillingMode, LastUpdateToPayPerRequestDateTime } = table.BillingModeSummary ?? {};
  return { BillingMode, ...(settled && { LastUpdateToPayPerRequestDateTime }) };
}

function warm(table: Pick<TableRecord, 'ProvisionedThroughput'>): object {
  const units = table.ProvisionedThroughput ?? ON_DEMAND_WARM;
  return {
    ReadUnitsPerSecond: units.ReadCapacityUnits,
    WriteUnitsPerSecond: units.WriteCapacityUnits,
    Status: 'ACTIVE',
  };
}

function indexes(table: TableRecord, status: TableStatus, world: World): object {
  const common = (name: string): object => ({
    IndexArn: `${tableArn(world, table.TableName)}/index/${name}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  });
  const locals = table.LocalSecondaryIndexes?.map((index) => ({ ...index, ...common(index.IndexName) }));
  const globals = table.GlobalSecondaryIndexes?.map((index) => ({
    ...index,
    ...common(index.IndexName),
    IndexStatus: status,
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ...(index.ProvisionedThroughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 }),
    },
    ...(status === 'ACTIVE' && {
      WarmThroughput: warm({
        ProvisionedThroughput: index.ProvisionedThroughput && {
          ...index.ProvisionedThroughput,
          NumberOfDecreasesToday: 0,
        },
      }),
    }),
  }));
  return {
    ...(locals && { LocalSecondaryIndexes: locals }),
    ...(globals && { GlobalSecondaryIndexes: globals }),
  };
}
