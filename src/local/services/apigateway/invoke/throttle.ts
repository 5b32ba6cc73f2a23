import type { Clock } from '../../../clock.js';
import type { Throttle as Limits } from '../state.js';

/** One bucket that a request must find a token in. */
export interface BucketUse {
  readonly key: string;
  readonly limits: Limits;
}

/** Takes a token from each bucket; false, and nothing taken, when one of them is empty. */
export type Throttle = (uses: readonly BucketUse[]) => boolean;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Buckets are forgotten from the oldest on; a forgotten one would be full again anyway after a while. */
const MAX_BUCKETS = 20_000;

/**
 * Token buckets, in memory: the burst is what a bucket holds, the rate what flows in each second (aws-facts 7.6). A
 * bucket begins full.
 */
export function createThrottle(clock: Clock): Throttle {
  const buckets = new Map<string, Bucket>();
  const fill = ({ key, limits }: BucketUse, now: number): Bucket => {
    const capacity = capacityOf(limits);
    const before = buckets.get(key) ?? { tokens: capacity, filledAt: now };
    const inflow = ((now - before.filledAt) / 1000) * (limits.rateLimit ?? Infinity);
    const tokens = Math.min(capacity, before.tokens + (Number.isNaN(inflow) ? 0 : Math.max(0, inflow)));
    const bucket = { tokens, filledAt: now };
    buckets.delete(key);
    buckets.set(key, bucket);
    return bucket;
  };
  return (uses) => {
    const now = clock.now();
    const filled = uses.filter(isLimited).map((use) => fill(use, now));
    for (const key of buckets.keys()) {
      if (buckets.size <= MAX_BUCKETS) break;
      buckets.delete(key);
    }
    if (filled.some(({ tokens }) => tokens < 1)) return false;
    for (const bucket of filled) bucket.tokens -= 1;
    return true;
  };
}

/** A limit below zero is how a stage's settings say "none". */
const isLimited = ({ limits: { rateLimit, burstLimit } }: BucketUse): boolean =>
  (rateLimit ?? 0) >= 0 && (burstLimit ?? 0) >= 0 && (rateLimit !== undefined || burstLimit !== undefined);

/** A rate without a burst lets one second's worth through at once. */
const capacityOf = ({ rateLimit = 0, burstLimit }: Limits): number =>
  burstLimit ?? Math.max(1, Math.ceil(rateLimit));
