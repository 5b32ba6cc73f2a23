/**
 * What the services of the local AWS ask of one another. Each is carried out by one folder beside this file; none
 * imports another's folder, services/index.ts puts them together.
 */
import type { Clock } from '../clock.js';
import type { Principal, RoleSession } from '../identity.js';
import type { Delays } from '../like-aws.js';
import type { Store } from '../store.js';

/** Where and when everything happens; the same for all services. */
export interface World {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly store: Store;
  /** How long changes take. */
  readonly delays: Delays;
}

/** How many there are of each kind, for whoever looks at the local AWS as a whole. */
export type Contents = Readonly<Record<string, number>>;

export interface PolicyDocument {
  readonly Statement: readonly PolicyStatement[];
}

/** A statement with its scalars made lists; `Principal` only in trust and resource policies. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  /** `{ Service: ['lambda.amazonaws.com'] }`; `'*'` is anyone. */
  readonly Principal?: '*' | Readonly<Record<string, readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly arn: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
}

/** Carried out by iam/. */
export interface Roles {
  find(roleArn: string): Role | undefined;
  /** Whether the role's trust policy lets this service (such as `lambda.amazonaws.com`) assume it. */
  trusts(roleArn: string, service: string): boolean;
  /** The principal that a session of this role acts as; undefined when the role does not exist. */
  session(roleArn: string, sessionName: string): RoleSession | undefined;
  /** The inline and attached policies of a role; empty when it does not exist. */
  policiesOf(roleName: string): readonly PolicyDocument[];
}

/** What STS and the authorization ask beside that. */
export interface RoleDirectory extends Roles {
  named(roleName: string): Role | undefined;
  /** The role's permissions boundary. */
  boundaryOf(roleName: string): PolicyDocument | undefined;
  tagsOf(roleName: string): Readonly<Record<string, string>>;
  /** The default version of a managed policy; undefined when it does not exist. */
  managedPolicy(arn: string): PolicyDocument | undefined;
  /** Reads the text of a permissions policy. @throws AwsError MalformedPolicyDocument */
  readPolicy(text: string): PolicyDocument;
  /** The role's trust policy; undefined when the role does not exist. */
  trust(roleArn: string): PolicyDocument | undefined;
}

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Carried out by logs/. */
export interface LogSink {
  /**
   * Delivers a function's log lines as the function's role: makes group and stream where they are missing and the role
   * may, and drops the lines, silently as AWS does, where it may not.
   */
  deliver(delivery: LogDelivery): void;
}

export interface LogDelivery {
  readonly principal: Principal;
  readonly group: string;
  readonly stream: string;
  readonly events: readonly LogEvent[];
}

export interface Invocation {
  /** Function name or ARN. */
  readonly functionName: string;
  /** JSON text; empty counts as `{}`. */
  readonly payload: Buffer;
}

export interface InvocationResult {
  /** The handler's JSON, or the error object. */
  readonly payload: Buffer;
  /** `Unhandled` when the function failed. */
  readonly functionError?: string;
  /** The log lines of this invocation, for `LogType=Tail` (the caller takes the last 4 KB). */
  readonly log: string;
  readonly requestId: string;
}

/** Carried out by lambda/. */
export interface Functions {
  /** Invokes synchronously. @throws AwsError as Lambda's Invoke does: 404, 409 Pending, 400 for payload that is not JSON, 413, 429. */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** Accepts an event, to be carried out behind the caller's back. @throws AwsError as `invoke` does, but 429: that is tried again later. */
  accept(invocation: Invocation): void;
  /** Whether the function's resource policy lets this service invoke it on behalf of `sourceArn`; false when it does not exist. */
  allows(functionArn: string, caller: { readonly service: string; readonly sourceArn: string }): boolean;
}
