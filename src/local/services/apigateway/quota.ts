import { keyOf, type Gateway, type Usage, type UsagePlan } from './state.js';

export type Quota = NonNullable<UsagePlan['quota']>;

/** A key under a plan: what usage is counted for. */
export interface PlanKey {
  readonly usagePlanId: string;
  readonly keyId: string;
}

const DAY_MS = 86_400_000;

/** How long AWS keeps usage. */
export const KEPT_DAYS = 90;

/** Counts one request of a key against its plan's quota; false when the quota is used up, and nothing is counted. */
export function takeQuota(gateway: Gateway, planKey: PlanKey, quota: Quota): boolean {
  const now = gateway.world.clock.now();
  if (usedInPeriod(gateway, planKey, quota, now) >= quota.limit) return false;
  const { usagePlanId, keyId } = planKey;
  const day = dayOf(now);
  const key = keyOf(usagePlanId, keyId, day);
  const before = gateway.usage.get(key);
  if (!before) forgetOld(gateway, planKey, now);
  gateway.usage.put(key, { usagePlanId, keyId, day, used: (before?.used ?? 0) + 1 });
  return true;
}

export function dropUsage({ usage }: Gateway, isGone: (record: Usage) => boolean): void {
  for (const record of usage.values()) {
    if (isGone(record)) usage.delete(keyOf(record.usagePlanId, record.keyId, record.day));
  }
}

/** `2026-11-22`, by UTC. */
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The day that is `days` after another. */
export const dayAfter = (time: number, days: number): string => dayOf(time + days * DAY_MS);

/** How many days lie between two times. */
export const daysBetween = (from: number, to: number): number => Math.round((to - from) / DAY_MS);

export function usedOn({ usage }: Gateway, { usagePlanId, keyId }: PlanKey, day: string): number {
  return usage.get(keyOf(usagePlanId, keyId, day))?.used ?? 0;
}

/** Requests since the period began: midnight, Sunday or the first of the month, all UTC. The offset counts as used. */
export function usedInPeriod(gateway: Gateway, planKey: PlanKey, quota: Quota, now: number): number {
  const date = new Date(now);
  const daysBack = { DAY: 0, WEEK: date.getUTCDay(), MONTH: date.getUTCDate() - 1 }[quota.period];
  let used = quota.offset;
  for (let back = 0; back <= daysBack; back += 1) used += usedOn(gateway, planKey, dayAfter(now, -back));
  return used;
}

function forgetOld(gateway: Gateway, planKey: PlanKey, now: number): void {
  const oldest = dayAfter(now, -KEPT_DAYS);
  dropUsage(
    gateway,
    ({ usagePlanId, keyId, day }) =>
      usagePlanId === planKey.usagePlanId && keyId === planKey.keyId && day < oldest,
  );
}
