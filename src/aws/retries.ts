import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

/**
 * The SDK's own retries, for what passes in a moment: resets, time-outs, 5xx. Being throttled does not: a try sooner
 * than the quota's period is refused and counts as well (aws-facts 6.1), so those waits are ours alone (patience.ts).
 * Neither does a LimitExceededException, which the SDK takes for throttling (aws-facts 8.1).
 */
export class TransientRetryStrategy extends StandardRetryStrategy {
  override refreshRetryTokenForRetry(
    token: StandardRetryToken,
    errorInfo: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    if (errorInfo.errorType === 'THROTTLING') {
      return Promise.reject(new Error('What is throttled is not tried again by the SDK.'));
    }
    return super.refreshRetryTokenForRetry(token, errorInfo);
  }
}
