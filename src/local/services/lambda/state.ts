import * as v from 'valibot';
import { uuid } from '../../ids.js';
import { lateTable } from '../../late-table.js';
import { recordOf } from '../../record-of.js';
import type { Table } from '../../store.js';
import type { World } from '../ports.js';
import { functionNotFound } from './errors.js';
import { LATEST, refuseOtherVersions, type FunctionReference } from './names.js';

/** What a function is made of: its configuration, in AWS's members, and its code. */
const settingsSchema = v.object({
  Runtime: v.string(),
  Role: v.string(),
  Handler: v.string(),
  Description: v.string(),
  Timeout: v.number(),
  MemorySize: v.number(),
  Architectures: v.array(v.string()),
  Environment: v.exactOptional(v.object({ Variables: recordOf(v.string(), v.string()) })),
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

/** A function as it is now, or one of its published versions: those have no tags and no concurrency of their own. */
export const functionSchema = v.object({
  name: v.string(),
  version: v.optional(v.string(), LATEST),
  /** The number of the version published last: numbers of deleted versions are not given again. */
  lastVersion: v.optional(v.number(), 0),
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
  tags: recordOf(v.string(), v.string()),
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

const keyOf = ({ name, version }: Pick<FunctionRecord, 'name' | 'version'>): string =>
  version === LATEST ? name : `${name}:${version}`;

/** Sorts by name, and each function before its versions. */
export const orderOf = ({ name, version }: FunctionRecord): string =>
  `${name}\0${version === LATEST ? '' : version.padStart(12, '0')}`;

const byOrder = (one: FunctionRecord, other: FunctionRecord): number =>
  orderOf(one) < orderOf(other) ? -1 : 1;

/** All functions of the account and their versions. What is read has first become what time made of it. */
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
  statementsInForce(name: string, version: string = LATEST): readonly Statement[] {
    return this.#rowsFromAfar.get(keyOf({ name, version }))?.statements ?? [];
  }

  get(name: string, version: string = LATEST): FunctionRecord | undefined {
    const record = this.#rows.get(keyOf({ name, version }));
    if (!record || !isSettling(record) || this.#now() < record.settlesAt) return record;
    const settled = settle(record);
    this.put(settled);
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

  /** The version that is asked for. @throws AwsError 404 as `require`. */
  requireVersion(reference: FunctionReference, shown?: string): FunctionRecord {
    const { ownAccount, name, qualifier } = reference;
    const record = ownAccount ? this.get(name, qualifier) : undefined;
    return record ?? this.require(reference, shown);
  }

  /** In the order of their names. */
  list(): FunctionRecord[] {
    return this.listAll().filter(({ version }) => version === LATEST);
  }

  /** Functions and their versions, or those of one function. */
  listAll(name?: string): FunctionRecord[] {
    const rows = this.#rows.values().filter((row) => name === undefined || row.name === name);
    return rows.flatMap((row) => this.get(row.name, row.version) ?? []).sort(byOrder);
  }

  /** The code that functions have, that of unfinished updates included. */
  codeIds(): Set<string> {
    return new Set(
      this.#rows.values().flatMap((record) => [record.settings.code.id, servingSettings(record).code.id]),
    );
  }

  put(record: FunctionRecord): void {
    this.#rows.put(keyOf(record), record);
  }

  /** Keeps a changed function under a new revision, and returns it. */
  change(record: FunctionRecord, changes: Partial<FunctionRecord>): FunctionRecord {
    const changed = { ...record, ...changes, revisionId: uuid() };
    this.put(changed);
    return changed;
  }

  /** A function goes with its versions. */
  delete(record: FunctionRecord): void {
    const gone = record.version === LATEST ? this.listAll(record.name) : [record];
    for (const each of gone) this.#rows.delete(keyOf(each));
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
