import * as v from 'valibot';
import updateTableRules from 'dynalite/validations/updateTable.js';
import { tableInUse, validation } from './errors.js';
import type { DynamoDbOperation, TableContext } from './operation.js';
import type { TableRecord } from './state.js';
import { describe } from './table-description.js';
import { existing, named } from './tables.js';
import { checkedInput, refuseUnserved } from './validate.js';

/** UpdateTable: billing mode, throughput, deletion protection and table class. */
export function updateTableOperation(context: TableContext): DynamoDbOperation {
  return { name: 'UpdateTable', invoke: (input) => updateTable(input, context) };
}

const wantedChange = v.object({
  ...named.entries,
  BillingMode: v.optional(v.picklist(['PROVISIONED', 'PAY_PER_REQUEST'])),
  ProvisionedThroughput: v.optional(
    v.object({ ReadCapacityUnits: v.number(), WriteCapacityUnits: v.number() }),
  ),
  DeletionProtectionEnabled: v.optional(v.boolean()),
  TableClass: v.optional(v.string()),
});

type Wanted = v.InferOutput<typeof wantedChange>;

const rules: DynaliteValidation = {
  types: {
    ...updateTableRules.types,
    DeletionProtectionEnabled: { type: 'Boolean' },
    TableClass: { type: 'String', enum: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] },
  },
  // dynalite asks for one of the members it knows; these two are enough by themselves.
  custom: (input, store) =>
    'DeletionProtectionEnabled' in input || 'TableClass' in input
      ? undefined
      : updateTableRules.custom?.(input, store),
};

const UNSERVED = [
  'StreamSpecification',
  'SSESpecification',
  'ReplicaUpdates',
  'OnDemandThroughput',
  'WarmThroughput',
];

/** dynalite would ask for the throughput of a new index, which that of a table on demand has not. */
const newIndex = v.object({
  GlobalSecondaryIndexUpdates: v.tupleWithRest(
    [v.object({ Create: v.object({ IndexName: v.string() }) })],
    v.unknown(),
  ),
});

function updateTable(input: object, { world, tables }: TableContext): object {
  const indexes = ['GlobalSecondaryIndexUpdates'];
  refuseUnserved('UpdateTable', v.is(newIndex, input) ? [...UNSERVED, ...indexes] : UNSERVED, input);
  const wanted = checkedInput(wantedChange, { rules, input });
  refuseUnserved('UpdateTable', indexes, input);
  const table = existing(tables, wanted.TableName);
  const status = tables.statusOf(table);
  if (status !== 'ACTIVE') throw tableInUse(table.TableName, status);
  const now = world.clock.now();
  const updated: TableRecord = {
    ...table,
    ...changedCapacity(table, wanted, now / 1000),
    DeletionProtectionEnabled: wanted.DeletionProtectionEnabled ?? table.DeletionProtectionEnabled,
    TableClass: wanted.TableClass ?? table.TableClass,
    change: { status: 'UPDATING', until: now + world.delays.updateTable },
  };
  tables.put(updated);
  return { TableDescription: describe(updated, 'UPDATING', world) };
}

type Capacity = Pick<TableRecord, 'BillingModeSummary' | 'ProvisionedThroughput'>;

/** Billing mode and throughput as wanted. @throws AwsError ValidationException when they do not go together or change nothing. */
function changedCapacity(table: TableRecord, wanted: Wanted, seconds: number): Capacity {
  const current = table.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  const mode = wanted.BillingMode ?? current;
  const units = wanted.ProvisionedThroughput;
  if (mode === 'PAY_PER_REQUEST') {
    if (units) {
      throw validation(
        'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      );
    }
    if (current === mode) return {};
    return {
      BillingModeSummary: { BillingMode: mode, LastUpdateToPayPerRequestDateTime: seconds },
      ProvisionedThroughput: undefined,
    };
  }
  const summary = table.BillingModeSummary && {
    BillingModeSummary: { ...table.BillingModeSummary, BillingMode: mode },
  };
  if (!units) return { ...summary };
  const before = table.ProvisionedThroughput ?? {
    ReadCapacityUnits: 0,
    WriteCapacityUnits: 0,
    NumberOfDecreasesToday: 0,
  };
  const more =
    units.ReadCapacityUnits > before.ReadCapacityUnits ||
    units.WriteCapacityUnits > before.WriteCapacityUnits;
  const less =
    units.ReadCapacityUnits < before.ReadCapacityUnits ||
    units.WriteCapacityUnits < before.WriteCapacityUnits;
  if (!more && !less) throw validation(unchanged(before, units));
  return {
    ...summary,
    ProvisionedThroughput: {
      ...before,
      ...units,
      ...(more && { LastIncreaseDateTime: seconds }),
      ...(less && {
        LastDecreaseDateTime: seconds,
        NumberOfDecreasesToday: before.NumberOfDecreasesToday + 1,
      }),
    },
  };
}

interface Units {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** aws-facts 5.1, word for word. */
function unchanged(current: Units, wanted: Units): string {
  return [
    'The provisioned throughput for the table will not change. The requested value equals the current value.',
    `Current ReadCapacityUnits provisioned for the table: ${current.ReadCapacityUnits}.`,
    `Requested ReadCapacityUnits: ${wanted.ReadCapacityUnits}.`,
    `Current WriteCapacityUnits provisioned for the table: ${current.WriteCapacityUnits}.`,
    `Requested WriteCapacityUnits: ${wanted.WriteCapacityUnits}.`,
    'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
  ].join(' ');
}
