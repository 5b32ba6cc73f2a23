import * as v from 'valibot';
import { lateTable } from '../../late-table.js';
import type { Table } from '../../store.js';
import type { World } from '../ports.js';
import { noSuchRole } from './errors.js';

const tagSchema = v.object({ Key: v.string(), Value: v.string() });
export type Tag = v.InferOutput<typeof tagSchema>;

const roleSchema = v.object({
  name: v.string(),
  /** `AROA…` */
  id: v.string(),
  arn: v.string(),
  path: v.string(),
  /** Milliseconds since the epoch. */
  createdAt: v.number(),
  description: v.exactOptional(v.string()),
  maxSessionDuration: v.number(),
  /** The trust policy, as it was sent: IAM keeps the text with its whitespace. */
  trust: v.string(),
  tags: v.array(tagSchema),
  inline: v.array(v.object({ name: v.string(), document: v.string() })),
  /** ARNs of managed policies, in the order of their attachment. */
  attached: v.array(v.string()),
  /** The ARN of the managed policy that is the role's permissions boundary. */
  boundary: v.exactOptional(v.string()),
});
export type RoleRecord = v.InferOutput<typeof roleSchema>;

const versionSchema = v.object({ id: v.string(), createdAt: v.number(), document: v.string() });
export type PolicyVersionRecord = v.InferOutput<typeof versionSchema>;

const policySchema = v.object({
  name: v.string(),
  /** `ANPA…` */
  id: v.string(),
  arn: v.string(),
  path: v.string(),
  description: v.exactOptional(v.string()),
  createdAt: v.number(),
  updatedAt: v.number(),
  tags: v.array(tagSchema),
  /** Oldest first; at most five. */
  versions: v.array(versionSchema),
  defaultVersion: v.string(),
  /** Version numbers are never used twice. */
  lastVersion: v.number(),
});
export type PolicyRecord = v.InferOutput<typeof policySchema>;

/** What IAM remembers. Keys are names in lower case, because IAM's names are unique without regard to case. */
export interface IamState {
  readonly roles: Table<RoleRecord>;
  readonly policies: Table<PolicyRecord>;
}

/** `afar` is what those see who use roles: a change counts for them some time later. */
export function openIamState({ store, clock, delays }: World): { here: IamState; afar: IamState } {
  const late = { clock, delay: delays.iam };
  const roles = lateTable(store.table('iam-roles', roleSchema), late);
  const policies = lateTable(store.table('iam-policies', policySchema), late);
  return {
    here: { roles: roles.here, policies: policies.here },
    afar: { roles: roles.afar, policies: policies.afar },
  };
}

export const keyOf = (name: string): string => name.toLowerCase();

/** @throws AwsError NoSuchEntity */
export function findRole(state: IamState, name: string): RoleRecord {
  const role = state.roles.get(keyOf(name));
  if (role?.name !== name) throw noSuchRole(name);
  return role;
}
