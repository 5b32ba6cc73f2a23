import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { validation } from './errors.js';
import type { TableRecord, Tables } from './state.js';

/** What Query and Scan name beside the keys, as dynalite's checks leave it: expressions are parsed by then. */
const readSchema = v.object({
  TableName: v.string(),
  IndexName: v.optional(v.string()),
  AttributesToGet: v.optional(v.array(v.nullable(v.string()))),
  QueryFilter: v.optional(recordOf(v.string(), v.unknown())),
  _projection: v.optional(v.object({ paths: v.array(v.union([v.string(), v.looseTuple([v.string()])])) })),
  _filter: v.optional(v.object({ pathHeads: recordOf(v.string(), v.unknown()) })),
});

type Read = v.InferOutput<typeof readSchema>;

/**
 * dynalite's Query or Scan, with what it does not ask: whether an index has the attributes that are named. Those that a
 * local index lacks come from the table; a global one cannot be asked for them (API reference of Query, "Select"), and
 * no query is filtered by what its index lacks (seen in localstack/localstack#478, dynamodb-toolbox#1195).
 */
export function readingIndex(
  action: DynaliteAction,
  { tables, refusesFilter }: { tables: Tables; refusesFilter: boolean },
): DynaliteAction {
  return (store, input, callback) => {
    const read = v.parse(readSchema, input);
    const index = findIndex(tables.usable(read.TableName), read.IndexName);
    if (!index) {
      action(store, input, callback);
      return;
    }
    const lacking = (names: readonly string[]): string[] => names.filter((name) => !index.has(name)).sort();
    const unfiltered = refusesFilter ? lacking(filtered(read)) : [];
    if (unfiltered.length > 0) {
      throw invalid(
        `Secondary index ${index.name} does not project one or more filter attributes: [${unfiltered.join(', ')}]`,
      );
    }
    const unprojected = lacking(wanted(read));
    if (unprojected.length > 0 && index.isGlobal) {
      throw invalid(`Global secondary index ${index.name} does not project [${unprojected.join(', ')}]`);
    }
    // For all attributes dynalite reads the table's items, and takes of them what the projection names.
    action(store, unprojected.length > 0 ? { ...input, Select: 'ALL_ATTRIBUTES' } : input, callback);
  };
}

const invalid = (message: string) => validation(`One or more parameter values were invalid: ${message}`);

const filtered = ({ _filter, QueryFilter }: Read): string[] =>
  Object.keys(_filter?.pathHeads ?? QueryFilter ?? {});

/** The attributes that a projection begins with, once each. */
function wanted({ _projection, AttributesToGet = [] }: Read): string[] {
  const heads = _projection?.paths.map((path) => (typeof path === 'string' ? path : path[0]));
  return [...new Set(heads ?? AttributesToGet.filter((name) => name !== null))];
}

interface Index {
  readonly name: string;
  readonly isGlobal: boolean;
  has(attribute: string): boolean;
}

function findIndex(table: TableRecord | undefined, name: string | undefined): Index | undefined {
  const { KeySchema = [], LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = table ?? {};
  const isWanted = ({ IndexName }: { IndexName: string }): boolean => IndexName === name;
  const global = GlobalSecondaryIndexes.find(isWanted);
  const found = global ?? LocalSecondaryIndexes.find(isWanted);
  if (!found) return undefined;
  const { ProjectionType, NonKeyAttributes = [] } = found.Projection;
  const keys = [...KeySchema, ...found.KeySchema].map(({ AttributeName }) => AttributeName);
  const own = new Set([...keys, ...NonKeyAttributes]);
  return {
    name: found.IndexName,
    isGlobal: global !== undefined,
    has: (attribute) => ProjectionType === 'ALL' || own.has(attribute),
  };
}
