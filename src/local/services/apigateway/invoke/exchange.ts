import { hexId, uuid } from '../../../ids.js';
import type { World } from '../../ports.js';
import type { Method, Model, RequestValidator, Resource, RestApi } from '../state.js';
import { headerOf, type MethodRequest } from './method-request.js';
import type { Value } from './template/values.js';

/** What a method belongs to when it is called: a stage and the deployment that it serves. */
export interface Served {
  readonly restApi: RestApi;
  readonly models: readonly Model[];
  readonly requestValidators: readonly RequestValidator[];
  readonly stageName: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A request to a stage, whether or not there is a method for it. */
export interface Visit {
  readonly ids: ExchangeIds;
  readonly served: Served;
  readonly request: MethodRequest;
  /** `$context`; the response template sees what the request template put there. */
  readonly context: Map<string, Value>;
}

/** A request to a method, and what is known about it on its way through. */
export interface Exchange extends Visit {
  readonly resource: Resource;
  readonly method: Method;
}

export interface ExchangeIds {
  readonly requestId: string;
  /** Sent as `x-amz-apigw-id`. */
  readonly extendedRequestId: string;
}

/** Ids as AWS makes them (aws-facts 7.1): a uuid, and sixteen characters such as `R9NOvE-qIAMECfw=`. */
export const newIds = (): ExchangeIds => ({
  requestId: uuid(),
  extendedRequestId: `${Buffer.from(hexId().slice(2), 'hex').toString('base64url')}=`,
});

/** `Root=1-<time>-<random>`, one for each request; a caller's own root goes on (aws-facts 7.1). */
export function traceRootOf({ request, ids, context }: Exchange): string {
  const given = /Root=1-[0-9a-f]{8}-[0-9a-f]{24}/.exec(headerOf(request, 'x-amzn-trace-id') ?? '')?.[0];
  const time = Math.floor(Number(context.get('requestTimeEpoch')) / 1000)
    .toString(16)
    .padStart(8, '0');
  return given ?? `Root=1-${time}-${hexOf(ids.requestId).slice(0, 24)}`;
}

/**
 * The trace as the client is told it: with the caller's own parent and sampling, else with made ones (recorded:
 * test_invocation_trace_id). Nothing is sampled of itself, as there is nobody to send traces to.
 */
export function traceOf(exchange: Exchange): string {
  const given = headerOf(exchange.request, 'x-amzn-trace-id') ?? '';
  const random = hexOf(exchange.ids.requestId);
  const parent = /Parent=[0-9a-f]{16}/.exec(given)?.[0] ?? `Parent=${random.slice(-16)}`;
  const sampled = /Sampled=[01?]/.exec(given)?.[0] ?? 'Sampled=0';
  return `${traceRootOf(exchange)};${parent};${sampled};Lineage=1:${random.slice(0, 8)}:0`;
}

const hexOf = (requestId: string): string => requestId.replaceAll('-', '');

/** The variables of `$context` (aws-facts 7.5); what a method without authorizer does not have is null. */
export function createContext(
  world: World,
  exchange: Omit<Visit, 'context'> & { resource?: Resource | undefined },
  path: string,
): Map<string, Value> {
  const { ids, served, resource, request } = exchange;
  const now = world.clock.now();
  const domainName = (headerOf(request, 'host') ?? '').replace(/:\d+$/, '');
  const context = new Map<string, Value>()
    .set('accountId', world.account)
    .set('apiId', served.restApi.id)
    .set('deploymentId', served.deploymentId)
    .set('domainName', domainName)
    .set('domainPrefix', served.restApi.id)
    .set('extendedRequestId', ids.extendedRequestId)
    .set('httpMethod', request.httpMethod)
    .set('identity', identityOf(request))
    .set('path', path)
    .set('protocol', 'HTTP/1.1')
    .set('requestId', ids.requestId)
    .set('requestTime', requestTime(now))
    .set('requestTimeEpoch', now);
  if (resource) context.set('resourceId', resource.id).set('resourcePath', resource.path);
  return context.set('stage', served.stageName);
}

/** Only this machine can call (guard.ts), so the address is known. */
const SOURCE_IP = '127.0.0.1';

const identityOf = (request: MethodRequest): Map<string, Value> =>
  new Map<string, Value>()
    .set('accessKey', null)
    .set('accountId', null)
    .set('caller', null)
    .set('cognitoAuthenticationProvider', null)
    .set('cognitoAuthenticationType', null)
    .set('cognitoIdentityId', null)
    .set('cognitoIdentityPoolId', null)
    .set('principalOrgId', null)
    .set('sourceIp', SOURCE_IP)
    .set('user', null)
    .set('userAgent', headerOf(request, 'user-agent') ?? null)
    .set('userArn', null);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22/Nov/2026:21:14:58 +0000` */
function requestTime(now: number): string {
  const iso = new Date(now).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? '';
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
