import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import { recordOf } from '../../record-of.js';
import { oneOf } from '../constraints.js';
import type { Operation } from '../service.js';
import { badRequest, limitExceeded, usagePlanNotFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { patchOperations } from './patch.js';
import { query, tags, text } from './schemas.js';
import { ageKey, keyOf, without, type ApiStage, type Gateway, type UsagePlan } from './state.js';
import { dropUsage } from './quota.js';
import { checkApiStage, checkQuota, checkThrottle, patchUsagePlan } from './usage-plan-patch.js';

const MAX_USAGE_PLANS = 300;

const usagePlanPath = { usagePlanId: v.string() };
const throttle = v.object({ burstLimit: v.optional(v.number()), rateLimit: v.optional(v.number()) });

const createInput = v.object({
  name: text(1024),
  description: v.optional(text()),
  apiStages: v.optional(
    v.pipe(
      v.array(
        v.object({
          apiId: v.nullish(text(64)),
          stage: v.nullish(text(128)),
          throttle: v.optional(recordOf(text(1024), throttle)),
        }),
      ),
      v.maxLength(1000, 'Member must have length less than or equal to 1000'),
    ),
    [],
  ),
  throttle: v.optional(throttle),
  quota: v.optional(
    v.object({
      limit: v.optional(v.number()),
      offset: v.optional(v.number(), 0),
      period: v.optional(oneOf(['WEEK', 'DAY', 'MONTH'])),
    }),
  ),
  tags: v.optional(tags, {}),
});

export function usagePlanOperations(gateway: Gateway): Operation[] {
  const { usagePlans } = gateway;
  return [
    gatewayOperation({
      name: 'CreateUsagePlan',
      route: 'POST /usageplans',
      status: 201,
      input: createInput,
      run: (input) => {
        const plan = newUsagePlan(gateway, input);
        usagePlans.put(plan.id, plan);
        return describeUsagePlan(plan, 'given');
      },
    }),
    gatewayOperation({
      name: 'GetUsagePlan',
      route: 'GET /usageplans/:usagePlanId',
      input: v.object(usagePlanPath),
      run: ({ usagePlanId }) => describeUsagePlan(findUsagePlan(gateway, usagePlanId), 'always'),
    }),
    gatewayOperation({
      name: 'GetUsagePlans',
      route: 'GET /usageplans',
      input: v.object({ keyId: query, limit: query, position: query }),
      run: ({ keyId, limit, position }) => {
        const wanted = usagePlans
          .values()
          .filter(({ id }) => keyId === undefined || gateway.usagePlanKeys.get(keyOf(id, keyId)));
        const page = paginate(wanted, { sortKey: ageKey, limit, position });
        return { ...page, item: page.item.map((plan) => describeUsagePlan(plan, 'given')) };
      },
    }),
    gatewayOperation({
      name: 'UpdateUsagePlan',
      route: 'PATCH /usageplans/:usagePlanId',
      input: v.object({ ...usagePlanPath, patchOperations }),
      run: ({ usagePlanId, patchOperations: patches }) => {
        const plan = patches.reduce(
          (before, patch) => patchUsagePlan(gateway, before, patch),
          findUsagePlan(gateway, usagePlanId),
        );
        checkQuota(plan.quota);
        checkThrottle(plan.throttle);
        usagePlans.put(plan.id, plan);
        return describeUsagePlan(plan, 'always');
      },
    }),
    gatewayOperation({
      name: 'DeleteUsagePlan',
      route: 'DELETE /usageplans/:usagePlanId',
      status: 202,
      input: v.object(usagePlanPath),
      run: ({ usagePlanId }) => {
        const { id, apiStages } = findUsagePlan(gateway, usagePlanId);
        const [first] = apiStages;
        if (first) {
          throw badRequest(
            `Cannot delete Usage Plan ${id} because there are API Stages associated with it, including ${first.apiId}:${first.stage}`,
          );
        }
        for (const key of gateway.usagePlanKeys.values()) {
          if (key.usagePlanId === id) gateway.usagePlanKeys.delete(keyOf(id, key.keyId));
        }
        dropUsage(gateway, (usage) => usage.usagePlanId === id);
        usagePlans.delete(id);
      },
    }),
  ];
}

/** @throws AwsError NotFoundException */
export function findUsagePlan({ usagePlans }: Gateway, id: string): UsagePlan {
  const plan = usagePlans.get(id);
  if (!plan) throw usagePlanNotFound();
  return plan;
}

/** Takes stages out of all usage plans: when a stage or its API is deleted. */
export function dropApiStages({ usagePlans }: Gateway, isGone: (apiStage: ApiStage) => boolean): void {
  for (const plan of usagePlans.values()) {
    const apiStages = plan.apiStages.filter((apiStage) => !isGone(apiStage));
    if (apiStages.length < plan.apiStages.length) usagePlans.put(plan.id, { ...plan, apiStages });
  }
}

function newUsagePlan(gateway: Gateway, input: v.InferOutput<typeof createInput>): UsagePlan {
  const { apiStages, quota, ...given } = input;
  if (given.name === '') throw badRequest('Usage plan name cannot be blank');
  if (gateway.usagePlans.values().length >= MAX_USAGE_PLANS) {
    throw limitExceeded('Maximum number of Usage Plans for this account has been reached');
  }
  checkThrottle(given.throttle);
  const plan = {
    ...given,
    id: lowerId(6),
    createdAt: gateway.stamp(),
    apiStages: apiStages.map(({ apiId, stage, ...rest }) => {
      // The literal %s are AWS's (aws-facts 6.8).
      if (!apiId || !stage) {
        throw badRequest('Invalid API Stage {api: %s, stage: %s} specified for usageplan %s');
      }
      checkApiStage(gateway, apiId, stage);
      return { apiId, stage, ...rest };
    }),
  };
  return quota ? { ...plan, quota: checkQuota(quota) } : plan;
}

function describeUsagePlan(plan: UsagePlan, showTags: 'always' | 'given'): object {
  const { tags: given } = plan;
  return {
    ...without(plan, 'createdAt', 'tags'),
    ...((showTags === 'always' || Object.keys(given).length > 0) && { tags: given }),
  };
}
