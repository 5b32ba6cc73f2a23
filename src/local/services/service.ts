import type * as v from 'valibot';
import type { Principal } from '../identity.js';
import type { SignatureFault } from '../signature.js';
import type { WireRequest, WireResponse } from '../wire/http.js';

/** The name in a signature's scope, which tells the services apart on the one port. */
export type SigningName = 'iam' | 'sts' | 'lambda' | 'apigateway' | 'dynamodb' | 'logs';

/** What an operation is told beside its input. */
export interface Call {
  readonly principal: Principal;
  readonly request: WireRequest;
  readonly requestId: string;
}

/** One operation of AWS: parsed input in, output members out. */
export interface Operation {
  /** AWS's name, such as `CreateRole`. */
  readonly name: string;
  /** REST protocols only: `'POST /restapis/:restApiId/resources/:parentId'`. A last `:name+` takes the rest of the path. */
  readonly route?: string;
  /** The HTTP status of success; 200 when absent. */
  readonly status?: number;
  /**
   * Parses `input` (path parameters, query and body members as one object; REST with `payload: 'raw'` leaves the body
   * in `call.request.body`) and acts. A returned `RawAnswer` is sent as it is.
   */
  invoke(input: unknown, call: Call): unknown;
  readonly payload?: 'raw';
}

/** An answer that is not the protocol's usual document: Lambda's Invoke, API Gateway's GetExport. */
export class RawAnswer {
  constructor(readonly response: WireResponse) {}
}

/** Raised by `operation` when the input does not fit its schema; the protocol answers it with AWS's error. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(readonly issues: readonly v.BaseIssue<unknown>[]) {
    super(issues[0]?.message ?? 'invalid input');
  }
}

/**
 * Decides whether `principal` may call an operation of `service`; throws an AwsError (access denied) if not.
 * `allowedByResource`: a policy of the resource itself (a role's trust policy, a function's policy) allows the call, so
 * that of the caller's own policies only an explicit Deny counts.
 */
export type Authorize = (
  principal: Principal,
  action: { service: SigningName; operation: string; input: unknown; allowedByResource?: boolean },
) => void;

/** A request that needs no signature: to a deployed API, or for a function's code. Nothing is done before `answer`. */
export interface UnsignedCall {
  readonly service: 'execute-api' | 's3';
  readonly operation: string;
  answer(): Promise<WireResponse>;
}

/** Knows the requests that are for it; undefined for all others. */
export type UnsignedPlane = (request: WireRequest) => UnsignedCall | undefined;

/** One AWS service behind our one port. */
export interface Service {
  readonly signingName: SigningName;
  /** AWS's name of the operation that a request is for, before anything of it is checked; undefined when it names none. */
  operationOf(request: WireRequest): string | undefined;
  /** Answers a request of an authenticated caller; throws nothing. */
  handle(request: WireRequest, caller: { principal: Principal; requestId: string }): Promise<WireResponse>;
  /** The service's own words for a request whose signature was refused. */
  refuse(fault: SignatureFault, requestId: string): WireResponse;
  /** The service's form of an error that is found outside of it: an AwsError as it is, anything else as a bare 500. */
  fail(error: unknown, requestId: string): WireResponse;
}
