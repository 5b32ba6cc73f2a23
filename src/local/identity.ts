import { mixedId, upperId } from './ids.js';
import type { Clock } from './clock.js';
import type { PolicyDocument } from './services/ports.js';

/** Who calls: the reader of the tutorial, who may do everything here, or somebody with an assumed role. */
export type Principal =
  | { readonly kind: 'owner'; readonly account: string; readonly arn: string; readonly userId: string }
  | {
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
    };

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

/** All credentials that this installation accepts. Sessions live in memory: a restart of the server ends them. */
export interface Keyring {
  find(accessKeyId: string): KnownKey | undefined;
  issue(principal: Principal, seconds: number): SessionCredentials;
}

export function createKeyring(options: { owner: KnownKey; clock: Clock }): Keyring {
  const { owner, clock } = options;
  const sessions = new Map<string, KnownKey>();
  const dropExpired = (): void => {
    for (const [id, { credentials }] of sessions) {
      // Kept for an hour after the end, so that a late caller hears "expired" and not "unknown".
      if ((credentials.expiresAt ?? 0) + 3_600_000 < clock.now()) sessions.delete(id);
    }
  };
  return {
    find: (id) => (id === owner.credentials.accessKeyId ? owner : sessions.get(id)),
    issue: (principal, seconds) => {
      dropExpired();
      const credentials: SessionCredentials = {
        accessKeyId: `ASIA${upperId(16)}`,
        secretAccessKey: mixedId(40),
        sessionToken: mixedId(128),
        expiresAt: clock.now() + seconds * 1000,
      };
      sessions.set(credentials.accessKeyId, { credentials, principal });
      return credentials;
    },
  };
}
