import * as v from 'valibot';
import { findApiKey } from './api-keys.js';
import type { Operation } from '../service.js';
import { badRequest, conflict, limitExceeded, usagePlanNotFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { query, text } from './schemas.js';
import { keyOf, type ApiKey, type Gateway, type UsagePlanKey } from './state.js';
import { dropUsage } from './quota.js';
import { planOfKey } from './usage-plan-patch.js';
import { findUsagePlan } from './usage-plans.js';

const MAX_PLANS_PER_KEY = 10;

const usagePlanKeyPath = { usagePlanId: v.string(), keyId: v.string() };

export function usagePlanKeyOperations(gateway: Gateway): Operation[] {
  const { usagePlanKeys, apiKeys } = gateway;
  return [
    gatewayOperation({
      name: 'CreateUsagePlanKey',
      route: 'POST /usageplans/:usagePlanId/keys',
      status: 201,
      input: v.object({ usagePlanId: v.string(), keyId: text(64), keyType: text(64) }),
      run: ({ usagePlanId, keyId, keyType }) => {
        const plan = findUsagePlan(gateway, usagePlanId);
        if (keyType !== 'API_KEY') throw badRequest('Invalid Usage Plan Key type specified');
        const key = findApiKey(gateway, keyId);
        checkFree(gateway, plan.id, keyId);
        usagePlanKeys.put(keyOf(plan.id, keyId), { usagePlanId, keyId, createdAt: gateway.stamp() });
        return describeKey(key);
      },
    }),
    gatewayOperation({
      name: 'GetUsagePlanKey',
      route: 'GET /usageplans/:usagePlanId/keys/:keyId',
      input: v.object(usagePlanKeyPath),
      run: ({ usagePlanId, keyId }) => describeKey(findPlanKey(gateway, usagePlanId, keyId)),
    }),
    gatewayOperation({
      name: 'GetUsagePlanKeys',
      route: 'GET /usageplans/:usagePlanId/keys',
      input: v.object({ usagePlanId: v.string(), name: query, limit: query, position: query }),
      run: ({ usagePlanId, name = '', limit, position }) => {
        // An unknown plan has an empty list (recorded: test_get_usage_plan_api_keys); the newest key comes first.
        const wanted = usagePlanKeys.values().flatMap((planKey) => {
          const key = planKey.usagePlanId === usagePlanId ? apiKeys.get(planKey.keyId) : undefined;
          return key && (key.name ?? '').startsWith(name) ? [{ planKey, key }] : [];
        });
        const sortKey = ({ planKey }: { planKey: UsagePlanKey }): string =>
          `${String(planKey.createdAt).padStart(16, '0')}/${planKey.keyId}`;
        const page = paginate(wanted, { sortKey, descending: true, limit, position });
        return { ...page, item: page.item.map(({ key }) => describeKey(key)) };
      },
    }),
    gatewayOperation({
      name: 'DeleteUsagePlanKey',
      route: 'DELETE /usageplans/:usagePlanId/keys/:keyId',
      status: 202,
      input: v.object(usagePlanKeyPath),
      run: ({ usagePlanId, keyId }) => {
        findPlanKey(gateway, usagePlanId, keyId);
        usagePlanKeys.delete(keyOf(usagePlanId, keyId));
        dropUsage(gateway, (usage) => usage.usagePlanId === usagePlanId && usage.keyId === keyId);
      },
    }),
  ];
}

/** The value stands in clear, as AWS has it (aws-facts 6.8). */
const describeKey = ({ id, name, value }: ApiKey): object => ({ id, type: 'API_KEY', value, name });

/** The key is looked for first; one that is in another plan is answered as an unknown plan is (getmoto/moto#2927). */
function findPlanKey(gateway: Gateway, usagePlanId: string, keyId: string): ApiKey {
  const key = findApiKey(gateway, keyId);
  if (!gateway.usagePlanKeys.get(keyOf(usagePlanId, keyId))) throw usagePlanNotFound();
  return key;
}

/** A key joins a plan once, ten plans at most, and one plan for each stage; the words are not established (aws-facts 10). */
function checkFree(gateway: Gateway, usagePlanId: string, keyId: string): void {
  const plan = findUsagePlan(gateway, usagePlanId);
  const planKeys = gateway.usagePlanKeys.values().filter((planKey) => planKey.keyId === keyId);
  if (planKeys.some((planKey) => planKey.usagePlanId === usagePlanId)) {
    throw conflict(`API Key ${keyId} is already associated with Usage Plan ${usagePlanId}`);
  }
  for (const apiStage of plan.apiStages) {
    const other = planOfKey(gateway, keyId, apiStage);
    if (other) {
      throw conflict(
        `API Key ${keyId} is already associated with API Stage ${apiStage.apiId}:${apiStage.stage} by Usage Plan ${other.id}`,
      );
    }
  }
  if (planKeys.length >= MAX_PLANS_PER_KEY) {
    throw limitExceeded(
      `Maximum number of Usage Plans for this API Key has been reached: ${MAX_PLANS_PER_KEY}`,
    );
  }
}
