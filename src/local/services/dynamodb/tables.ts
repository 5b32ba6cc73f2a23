import * as v from 'valibot';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import { uuid } from '../../ids.js';
import { tableExists, tableInUse, tableNotFound, validation } from './errors.js';
import type { DynamoDbOperation, TableContext } from './operation.js';
import { definition, tagSchema, type TableRecord, type Tables } from './state.js';
import { describe, describeDeleted } from './table-description.js';
import { merged, tagRules } from './tags.js';
import { checkedInput, refuseUnserved } from './validate.js';

/** The operations on whole tables. dynalite checks the input; the state is ours, so that it changes as a whole. */
export function tableOperations(context: TableContext): DynamoDbOperation[] {
  const { world, tables } = context;
  return [
    { name: 'CreateTable', invoke: (input) => createTable(input, context) },
    {
      name: 'DescribeTable',
      invoke: (input) => {
        const table = existing(tables, checkedInput(named, { rules: describeTableRules, input }).TableName);
        return { Table: describe(table, tables.statusOf(table), world) };
      },
    },
    { name: 'DeleteTable', invoke: (input) => deleteTable(input, context) },
    { name: 'ListTables', invoke: (input) => listTables(input, tables) },
  ];
}

export const named = v.object({ TableName: v.string() });

/** @throws AwsError ResourceNotFoundException. */
export function existing(tables: Tables, name: string): TableRecord {
  const table = tables.find(name);
  if (table === undefined) throw tableNotFound(name);
  return table;
}

const newTable = v.object({
  ...definition,
  BillingMode: v.optional(v.picklist(['PROVISIONED', 'PAY_PER_REQUEST'])),
  ProvisionedThroughput: v.optional(
    v.object({ ReadCapacityUnits: v.number(), WriteCapacityUnits: v.number() }),
  ),
  DeletionProtectionEnabled: v.optional(v.boolean(), false),
  Tags: v.optional(v.array(tagSchema), []),
});

const newTableRules: DynaliteValidation = {
  ...createTableRules,
  types: {
    ...createTableRules.types,
    DeletionProtectionEnabled: { type: 'Boolean' },
    TableClass: { type: 'String', enum: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] },
    Tags: tagRules,
  },
};

const UNSERVED = [
  'StreamSpecification',
  'SSESpecification',
  'ResourcePolicy',
  'OnDemandThroughput',
  'WarmThroughput',
];

function createTable(input: object, { world, tables }: TableContext): object {
  refuseUnserved('CreateTable', UNSERVED, input);
  const { BillingMode, ProvisionedThroughput, ...wanted } = checkedInput(newTable, {
    rules: newTableRules,
    input,
  });
  checkProjections(wanted);
  if (tables.find(wanted.TableName)) throw tableExists(wanted.TableName);
  const now = world.clock.now();
  const table: TableRecord = {
    ...wanted,
    Tags: merged([], wanted.Tags),
    TableId: uuid(),
    CreationDateTime: now / 1000,
    ...(BillingMode === 'PAY_PER_REQUEST' && {
      BillingModeSummary: { BillingMode, LastUpdateToPayPerRequestDateTime: now / 1000 },
    }),
    ...(ProvisionedThroughput && {
      ProvisionedThroughput: { ...ProvisionedThroughput, NumberOfDecreasesToday: 0 },
    }),
    change: { status: 'CREATING', until: now + world.delays.createTable },
  };
  tables.put(table);
  return { TableDescription: describe(table, 'CREATING', world) };
}

/** @throws AwsError ValidationException, where dynalite takes an index that includes nothing. */
function checkProjections({
  GlobalSecondaryIndexes = [],
  LocalSecondaryIndexes = [],
}: Pick<TableRecord, 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>): void {
  const isBare = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].some(
    ({ Projection }) => Projection.ProjectionType === 'INCLUDE' && Projection.NonKeyAttributes === undefined,
  );
  if (isBare) {
    throw validation(
      'One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified',
    );
  }
}

function deleteTable(input: object, { world, tables, sweeper }: TableContext): object {
  const table = existing(tables, checkedInput(named, { rules: deleteTableRules, input }).TableName);
  const status = tables.statusOf(table);
  if (status !== 'ACTIVE') throw tableInUse(table.TableName, status);
  if (table.DeletionProtectionEnabled) {
    throw validation(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  const until = world.clock.now() + world.delays.deleteTable;
  tables.put({ ...table, change: { status: 'DELETING', until } });
  tables.leftovers.put(table.TableId, table.TableId);
  sweeper.sweep();
  return { TableDescription: describeDeleted(table, world) };
}

const page = v.object({
  ExclusiveStartTableName: v.optional(v.string(), ''),
  Limit: v.optional(v.number(), 100),
});

function listTables(input: object, tables: Tables): object {
  const { ExclusiveStartTableName, Limit } = checkedInput(page, { rules: listTablesRules, input });
  const names = tables.names().filter((name) => name > ExclusiveStartTableName);
  const TableNames = names.slice(0, Limit);
  return {
    TableNames,
    ...(names.length > Limit && { LastEvaluatedTableName: TableNames.at(-1) }),
  };
}
