import * as v from 'valibot';
import { uuid } from '../../ids.js';
import { lateTable } from '../../late-table.js';
import type { Table } from '../../store.js';
import type { World } from '../ports.js';
import { functionNotFound } from './errors.js';
import { refuseOtherVersions, type FunctionReference } from './names.js';

/** What a function is made of: its configuration, in AWS's members, and its code. */
const settingsSchema = v.object({
  Runtime: v.string(),
  Role: v.string(),
  Handler: v.string(),
  Description: v.string(),
  Timeout: v.number(),
  MemorySize: v.number(),
  Architectures: v.array(v.string()),
  Environment: v.exactOptional(v.object({ Variables: v.record(v.string(), v.string()) })),
  EphemeralStorage: v.object({ Size: v.number() }),
  TracingConfig: v.object({ Mode: v.string() }),
  LoggingConfig: v.object({ LogFormat: v.string(), LogGroup: v.string() }),
  /** `id` is the zip's SHA-256 in hex. */
  code: v.object({ id: v.string(), size: v.number() }),
  /** New with every change of configuration or code: processes run one generation. */
  generation: v.string(),
});

/** A statement of the resource policy, as AWS prints it. */
const statementSchema = v.looseObject({ Sid: v.string() });

export const functionSchema = v.object({
  name: v.string(),
  settings: settingsSchema,
  /** Until an update is finished, invocations use what was before it. */
  serving: v.exactOptional(settingsSchema),
  state: v.picklist(['Pending', 'Active']),
  /** Absent while the function is Pending. */
  lastUpdate: v.exactOptional(v.picklist(['InProgress', 'Successful'])),
  /** When Pending becomes Active, or InProgress Successful; in milliseconds since the epoch. */
  settlesAt: v.number(),
  revisionId: v.string(),
  lastModified: v.number(),
  tags: v.record(v.string(), v.string()),
  reservedConcurrency: v.exactOptional(v.number()),
  statements: v.array(statementSchema),
});

export const codeIdSchema = v.object({ id: v.string() });

export type FunctionSettings = v.InferOutput<typeof settingsSchema>;
export type FunctionRecord = v.InferOutput<typeof functionSchema>;
export type Statement = v.InferOutput<typeof statementSchema>;

/** What invocations use now. */
export const servingSettings = (record: FunctionRecord): FunctionSettings =>
  record.serving ?? record.settings;

/** All functions of the account. What is read has first become what time made of it. */
export class FunctionTable {
  readonly #rows: Table<FunctionRecord>;
  readonly #rowsFromAfar: Pick<Table<FunctionRecord>, 'get'>;
  readonly #now: () => number;

  constructor({ store, clock, delays }: World) {
    const rows = lateTable(store.table('lambda-functions', functionSchema), {
      clock,
      delay: delays.permission,
    });
    this.#rows = rows.here;
    this.#rowsFromAfar = rows.afar;
    this.#now = () => clock.now();
  }

  /** The resource policy by which other services' calls are judged; empty where there is no function. */
  statementsInForce(name: string): readonly Statement[] {
    return this.#rowsFromAfar.get(name)?.statements ?? [];
  }

  get(name: string): FunctionRecord | undefined {
    const record = this.#rows.get(name);
    if (!record || !isSettling(record) || this.#now() < record.settlesAt) return record;
    const settled = settle(record);
    this.#rows.put(name, settled);
    return settled;
  }

  /** Whatever version is asked for. */
  find({ ownAccount, name }: FunctionReference): FunctionRecord | undefined {
    return ownAccount ? this.get(name) : undefined;
  }

  /** @throws AwsError 404, which names the version asked for; `shown` is the version in it where none was asked for. */
  require(reference: FunctionReference, shown?: string): FunctionRecord {
    const record = this.find(reference);
    if (!record) {
      const version = reference.qualifier ?? shown;
      throw functionNotFound(version === undefined ? reference.arn : `${reference.arn}:${version}`);
    }
    refuseOtherVersions(reference);
    return record;
  }

  /** In the order of their names. */
  list(): FunctionRecord[] {
    const names = this.#rows.values().map(({ name }) => name);
    return names.sort().flatMap((name) => this.get(name) ?? []);
  }

  /** The code that functions have, that of unfinished updates included. */
  codeIds(): Set<string> {
    return new Set(
      this.#rows.values().flatMap((record) => [record.settings.code.id, servingSettings(record).code.id]),
    );
  }

  put(record: FunctionRecord): void {
    this.#rows.put(record.name, record);
  }

  /** Keeps a changed function under a new revision, and returns it. */
  change(record: FunctionRecord, changes: Partial<FunctionRecord>): FunctionRecord {
    const changed = { ...record, ...changes, revisionId: uuid() };
    this.put(changed);
    return changed;
  }

  delete(name: string): void {
    this.#rows.delete(name);
  }
}

const isSettling = ({ state, lastUpdate }: FunctionRecord): boolean =>
  state === 'Pending' || lastUpdate === 'InProgress';

/** Reaching a state is a change of its own: the revision is another one afterwards (aws-facts 3.1). */
function settle(record: FunctionRecord): FunctionRecord {
  return { ...without(record, 'serving'), state: 'Active', lastUpdate: 'Successful', revisionId: uuid() };
}

/** A copy that lacks a member. */
export function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const copy = { ...value };
  Reflect.deleteProperty(copy, key);
  return copy;
}
