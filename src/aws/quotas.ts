/**
 * API Gateway's control-plane quotas that an account cannot raise: the shortest time between two calls, in ms
 * (aws-facts 6.1, from the service's limits page). A refused call counts too, so nothing is tried sooner than this.
 */
const PERIODS: Readonly<Record<string, number>> = {
  DeleteRestApi: 30_000,
  UpdateUsagePlan: 20_000,
  CreateDeployment: 5_000,
  CreateRestApi: 3_000,
};

const DEFAULT_PERIOD_MS = 1_000;

/** In periods. Those who were refused together come again apart: thirty learners share one account's quota. */
const FIRST_SPREAD = 1.5;

/** After this many refusals the spread grows no more. */
const WIDENINGS = 3;

/**
 * How long to wait before a throttled operation is tried again: never less than its period. The first pause is 1 to 2.5
 * periods by chance; refused again, the chance spreads twice as wide, up to 1 to 13 periods.
 * @param attempt how often it was refused before, from 0
 */
export function quotaPause(operation: string, attempt: number, random: () => number = Math.random): number {
  const spread = FIRST_SPREAD * 2 ** Math.min(attempt, WIDENINGS);
  return (PERIODS[operation] ?? DEFAULT_PERIOD_MS) * (1 + random() * spread);
}

/** What the account's quota does: "allows one in 30 s". */
export function quotaText(operation: string): string {
  const period = PERIODS[operation];
  return period === undefined
    ? 'allows no more of these calls at the moment'
    : `allows one in ${period / 1000} s`;
}
