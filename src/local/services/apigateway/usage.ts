import * as v from 'valibot';
import type { Operation } from '../service.js';
import { badRequest, notFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { dayAfter, daysBetween, KEPT_DAYS, usedInPeriod, usedOn } from './quota.js';
import { query } from './schemas.js';
import type { Gateway } from './state.js';
import { findUsagePlan } from './usage-plans.js';

/** GetUsage: what each key of a plan used, day by day. Only plans with a quota count. */
export function usageOperations(gateway: Gateway): Operation[] {
  return [
    gatewayOperation({
      name: 'GetUsage',
      route: 'GET /usageplans/:usagePlanId/usage',
      input: v.object({ usagePlanId: v.string(), startDate: query, endDate: query, keyId: query }),
      run: ({ usagePlanId, startDate, endDate, keyId }) => {
        const { quota } = findUsagePlan(gateway, usagePlanId);
        const days = daysFrom(startDate, endDate);
        const keys = gateway.usagePlanKeys
          .values()
          .filter((key) => key.usagePlanId === usagePlanId && (keyId ?? key.keyId) === key.keyId);
        if (keyId !== undefined && keys.length === 0) throw notFound('Invalid Key identifier specified');
        const remaining = (key: { usagePlanId: string; keyId: string }, day: string): number =>
          quota ? Math.max(0, quota.limit - usedInPeriod(gateway, key, quota, Date.parse(day))) : -1;
        return {
          usagePlanId,
          startDate,
          endDate,
          values: Object.fromEntries(
            keys.map((key) => [
              key.keyId,
              days.map((day) => [usedOn(gateway, key, day), remaining(key, day)]),
            ]),
          ),
        };
      },
    }),
  ];
}

function daysFrom(start: string | undefined, end: string | undefined): string[] {
  const from = readDay(start);
  const count = daysBetween(from, readDay(end)) + 1;
  if (!(count >= 1 && count <= KEPT_DAYS)) {
    throw badRequest(`The date range must be from 1 to ${KEPT_DAYS} days, its start before its end`);
  }
  return Array.from({ length: count }, (_, index) => dayAfter(from, index));
}

function readDay(text: string | undefined): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(text ?? '') : NaN;
  if (Number.isNaN(time)) throw badRequest('Invalid date specified: dates have the form YYYY-MM-DD');
  return time;
}
