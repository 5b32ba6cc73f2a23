import type { Clock } from './clock.js';
import { AwsError } from './errors.js';
import type { RequestQuota } from './like-aws.js';
import type { Service, SigningName } from './services/service.js';

/** A service that refuses what is more than an account's request quotas allow. */
export function withRequestQuotas(
  service: Service,
  { clock, quotas }: { clock: Clock; quotas: readonly RequestQuota[] },
): Service {
  const own = quotas.filter((quota) => quota.service === service.signingName);
  if (own.length === 0) return service;
  const buckets = own.map((quota) => new Bucket(quota, clock));
  return {
    ...service,
    handle: async (request, caller) => {
      const operation = service.operationOf(request);
      const asked = operation === undefined ? [] : bucketsOf(operation, buckets);
      // A refused request takes nothing: AWS does not say whether it does (aws-facts 10).
      if (asked.some((bucket) => !bucket.hasOne())) {
        return service.fail(tooManyRequests(service.signingName), caller.requestId);
      }
      for (const bucket of asked) bucket.take();
      return service.handle(request, caller);
    },
  };
}

function bucketsOf(operation: string, buckets: readonly Bucket[]): Bucket[] {
  const named = buckets.filter(
    ({ quota }) => Array.isArray(quota.operations) && quota.operations.includes(operation),
  );
  const others = named.length === 0 ? buckets.filter(({ quota }) => quota.operations === 'others') : [];
  return [...named, ...others, ...buckets.filter(({ quota }) => quota.operations === 'all')];
}

/** A token bucket that is full at first: the API Gateway guide names this algorithm for its throttling. */
class Bucket {
  readonly #clock: Clock;
  readonly #capacity: number;
  #tokens: number;
  #filledAt: number;

  constructor(
    readonly quota: RequestQuota,
    clock: Clock,
  ) {
    this.#clock = clock;
    this.#capacity = quota.burst ?? quota.requests;
    this.#tokens = this.#capacity;
    this.#filledAt = clock.now();
  }

  hasOne(): boolean {
    const now = this.#clock.now();
    const added = ((now - this.#filledAt) * this.quota.requests) / this.quota.per;
    this.#tokens = Math.min(this.#capacity, this.#tokens + added);
    this.#filledAt = now;
    // What a hair's breadth of rounding lacks is not lacking.
    return this.#tokens > 1 - 1e-9;
  }

  take(): void {
    this.#tokens -= 1;
  }
}

/** Each service's own words (aws-facts 3.5, 5.1, 6.1, 9). */
function tooManyRequests(service: SigningName): AwsError {
  switch (service) {
    case 'apigateway':
      return new AwsError({ code: 'TooManyRequestsException', status: 429, message: 'Too Many Requests' });
    case 'lambda':
      return new AwsError({
        code: 'TooManyRequestsException',
        status: 429,
        message: 'Rate exceeded',
        members: { Type: 'User' },
      });
    case 'dynamodb':
    case 'logs':
      return new AwsError({ code: 'ThrottlingException', status: 400, message: 'Rate exceeded' });
    case 'iam':
    case 'sts':
      return new AwsError({ code: 'Throttling', status: 400, message: 'Rate exceeded' });
  }
}
