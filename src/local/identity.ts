import { mixedId, upperId } from './ids.js';
import type { Clock } from './clock.js';
import type { PolicyDocument } from './services/ports.js';
import type { Table } from './store.js';

/** Who calls: the reader of the tutorial, who may do everything here, or somebody with an assumed role. */
export type Principal =
  | { readonly kind: 'owner'; readonly account: string; readonly arn: string; readonly userId: string }
  | RoleSession;

export interface RoleSession {
  readonly kind: 'role-session';
  readonly account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  /** `<RoleId>:<session>` */
  readonly userId: string;
  readonly roleName: string;
  /** What narrows the session beside the role's own policies: what these do not allow, it may not do. */
  readonly sessionPolicies?: readonly PolicyDocument[];
  /** Tags given at AssumeRole; they take the place of the role's. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Keys of those tags that go on to the sessions that this one begins. */
  readonly transitiveTags?: readonly string[];
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SessionCredentials extends Credentials {
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface KnownKey {
  readonly credentials: Credentials & { readonly sessionToken?: string; readonly expiresAt?: number };
  readonly principal: Principal;
}

/** A session that a caller was given. */
export interface Session {
  readonly credentials: SessionCredentials;
  readonly principal: RoleSession;
}

/** All credentials that this installation accepts. */
export interface Keyring {
  find(accessKeyId: string): KnownKey | undefined;
  /** For a process of this server, which has them revoked when it is gone. */
  issue(principal: Principal, seconds: number): SessionCredentials;
  /** Forgets what was issued. */
  revoke(accessKeyId: string): void;
  /** For a caller: they hold until they expire, whatever becomes of this server. */
  grant(principal: RoleSession, seconds: number): SessionCredentials;
}

/** How often granted sessions that are over are looked for. */
const SWEEP_MS = 60_000;

export function createKeyring(options: {
  owner: KnownKey;
  clock: Clock;
  /** Keeps what was granted; without it that lives in memory. */
  granted?: Table<Session>;
}): Keyring {
  const { owner, clock, granted } = options;
  const issued = new Map<string, KnownKey>();
  const credentialsFor = (seconds: number): SessionCredentials => ({
    accessKeyId: `ASIA${upperId(16)}`,
    secretAccessKey: mixedId(40),
    sessionToken: mixedId(128),
    expiresAt: clock.now() + seconds * 1000,
  });
  // Kept for an hour after the end, so that a late caller hears "expired" and not "unknown".
  const isOver = ({ credentials }: KnownKey): boolean =>
    (credentials.expiresAt ?? 0) + 3_600_000 < clock.now();
  const issue: Keyring['issue'] = (principal, seconds) => {
    const credentials = credentialsFor(seconds);
    issued.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  };
  let sweptAt = clock.now();
  // Not at each grant: there may be thousands to look through.
  const forgetOld = (sessions: Table<Session>): void => {
    if (clock.now() < sweptAt + SWEEP_MS) return;
    sweptAt = clock.now();
    for (const key of sessions.values()) if (isOver(key)) sessions.delete(key.credentials.accessKeyId);
  };
  return {
    find: (id) => (id === owner.credentials.accessKeyId ? owner : (issued.get(id) ?? granted?.get(id))),
    issue,
    revoke: (id) => void issued.delete(id),
    grant: (principal, seconds) => {
      if (granted === undefined) return issue(principal, seconds);
      forgetOld(granted);
      const credentials = credentialsFor(seconds);
      granted.put(credentials.accessKeyId, { credentials, principal });
      return credentials;
    },
  };
}
