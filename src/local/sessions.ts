import * as v from 'valibot';
import { policySchema } from './authorization/policy.js';
import type { Session } from './identity.js';
import { recordOf } from './record-of.js';
import type { Store, Table } from './store.js';

const sessionSchema: v.GenericSchema<unknown, Session> = v.object({
  credentials: v.object({
    accessKeyId: v.string(),
    secretAccessKey: v.string(),
    sessionToken: v.string(),
    expiresAt: v.number(),
  }),
  principal: v.object({
    kind: v.literal('role-session'),
    account: v.string(),
    arn: v.string(),
    userId: v.string(),
    roleName: v.string(),
    sessionPolicies: v.exactOptional(v.array(policySchema)),
    tags: v.exactOptional(recordOf(v.string(), v.string())),
    transitiveTags: v.exactOptional(v.array(v.string())),
  }),
});

/** The sessions that callers were given, by access key. */
export const openSessions = (store: Store): Table<Session> => store.table('sts-sessions', sessionSchema);
