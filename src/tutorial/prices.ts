/**
 * List prices in USD that the cost line is reckoned with, of one region, without any free tier. AWS changes them seldom, and they
 * differ from region to region: the line says of where and when they are.
 */
export const PRICES = {
  region: 'us-east-1',
  /** The month in which the last of the sources below was written. */
  asOf: '2025-07',
  /** Each REST API request, of the first 333 million in a month (AWS whitepaper on private API integrations; API Gateway's price list). */
  gatewayRequest: 3.5 / 1e6,
  /** Each invocation (AWS whitepaper "How AWS Pricing Works"). */
  lambdaRequest: 0.2 / 1e6,
  /** Each GB-second on x86 (the same). */
  lambdaGbSecond: 0.0000166667,
  /** Each write of up to 1 KB on demand, since the cut of November 2024. */
  tableWrite: 0.625 / 1e6,
} as const;

/** What a warm call of the tutorial's function takes, generously, in seconds. */
const CALL_SECONDS = 0.05;

/** What so many requests cost that each write one small item, in USD. */
export function costOfRequests(requests: number, { memory }: { readonly memory: number }): number {
  const { gatewayRequest, lambdaRequest, lambdaGbSecond, tableWrite } = PRICES;
  const compute = CALL_SECONDS * (memory / 1024) * lambdaGbSecond;
  return requests * (gatewayRequest + lambdaRequest + compute + tableWrite);
}
