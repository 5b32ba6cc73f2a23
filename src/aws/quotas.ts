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

/** How long to wait before a throttled operation is tried again: its period, and up to half of it more by chance. */
export function quotaPause(operation: string, random: () => number = Math.random): number {
  return (PERIODS[operation] ?? DEFAULT_PERIOD_MS) * (1 + random() / 2);
}

/** "one DeleteRestApi in 30 s", for the line that says what is waited for. */
export function quotaText(operation: string): string {
  const period = PERIODS[operation];
  return period === undefined ? `the rate of ${operation} calls` : `one ${operation} in ${period / 1000} s`;
}
