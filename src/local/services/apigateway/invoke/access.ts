import { keyOf, entryOf, type ApiKey, type Gateway, type UsagePlan } from '../state.js';
import { takeQuota } from '../quota.js';
import { planOfKey } from '../usage-plan-patch.js';
import type { Exchange } from './exchange.js';
import { GatewayResponse } from './gateway-response.js';
import { headerOf } from './method-request.js';
import type { BucketUse, Throttle } from './throttle.js';

/**
 * Lets a request in or throws the gateway response that AWS refuses it with: authorization, API key and plan, throttle,
 * quota, in this order (aws-facts 7.3).
 */
export function admit(gateway: Gateway, throttle: Throttle, exchange: Exchange): void {
  checkAuthorization(exchange);
  const { method } = exchange;
  // A key for a method that asks for none is not looked at, and its plan's limits do not count.
  const holder = method.apiKeyRequired ? findHolder(gateway, exchange) : undefined;
  const uses = [...(holder ? planBuckets(exchange, holder) : []), ...stageBuckets(gateway, exchange)];
  if (!throttle(uses)) throw new GatewayResponse('THROTTLED');
  const quota = holder?.plan.quota;
  if (holder && quota) {
    const planKey = { usagePlanId: holder.plan.id, keyId: holder.key.id };
    if (!takeQuota(gateway, planKey, quota)) throw new GatewayResponse('QUOTA_EXCEEDED');
  }
}

/**
 * AWS_IAM needs a signature on this plane, which the local AWS does not verify here, and a resource policy somebody to
 * read it: neither may let a request through unasked.
 */
function checkAuthorization({ served, method, request }: Exchange): void {
  if (served.restApi.policy) {
    throw new GatewayResponse('NOT_SERVED_HERE', 'The local AWS does not serve APIs with a resource policy.');
  }
  if (method.authorizationType !== 'AWS_IAM') return;
  if (headerOf(request, 'authorization') === undefined)
    throw new GatewayResponse('MISSING_AUTHENTICATION_TOKEN');
  throw new GatewayResponse(
    'NOT_SERVED_HERE',
    'The local AWS does not serve methods with AWS_IAM authorization.',
  );
}

interface Holder {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
}

/** The key that a request names, and the plan by which it may use this stage. */
function findHolder(gateway: Gateway, { served, request, context }: Exchange): Holder {
  // With AUTHORIZER as its source a key can only come from an authorizer, and there is none here.
  const value = served.restApi.apiKeySource === 'HEADER' ? headerOf(request, 'x-api-key') : undefined;
  const key = value === undefined ? undefined : gateway.apiKeys.values().find((each) => each.value === value);
  if (!key?.enabled) throw new GatewayResponse('INVALID_API_KEY');
  const plan = planOfKey(gateway, key.id, { apiId: served.restApi.id, stage: served.stageName });
  if (!plan) throw new GatewayResponse('INVALID_API_KEY');
  const identity = context.get('identity');
  if (identity instanceof Map) identity.set('apiKey', key.value).set('apiKeyId', key.id);
  return { key, plan };
}

/** Each key has a bucket of its own for its plan, whatever the stage, and one for each method with a limit. */
function planBuckets({ served, resource, method }: Exchange, { key, plan }: Holder): BucketUse[] {
  const bucket = keyOf('plan', plan.id, key.id);
  const apiStage = plan.apiStages.find(
    ({ apiId, stage }) => apiId === served.restApi.id && stage === served.stageName,
  );
  const methodKey = `${resource.path}/${method.httpMethod}`;
  const methodLimits = entryOf(apiStage?.throttle, methodKey);
  return [
    ...(methodLimits
      ? [{ key: keyOf(bucket, served.restApi.id, served.stageName, methodKey), limits: methodLimits }]
      : []),
    ...(plan.throttle ? [{ key: bucket, limits: plan.throttle }] : []),
  ];
}

/** The stage's own limits: those of the method, else those of all methods. They are live without a deployment. */
function stageBuckets({ stages }: Gateway, { served, resource, method }: Exchange): BucketUse[] {
  const stage = stages.get(keyOf(served.restApi.id, served.stageName));
  if (!stage) return [];
  const wanted = `${resource.path.replace(/^\//, '')}/${method.httpMethod}`;
  const found =
    Object.entries(stage.methodSettings).find(
      ([key]) => key.replaceAll('~1', '/').replace(/^\//, '') === wanted,
    ) ?? Object.entries(stage.methodSettings).find(([key]) => key === '*/*');
  if (!found) return [];
  const [key, { throttlingBurstLimit, throttlingRateLimit }] = found;
  return [
    {
      key: keyOf('stage', served.restApi.id, served.stageName, key === '*/*' ? key : wanted),
      limits: { burstLimit: throttlingBurstLimit, rateLimit: throttlingRateLimit },
    },
  ];
}
