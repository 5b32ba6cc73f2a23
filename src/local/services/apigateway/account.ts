import * as v from 'valibot';
import type { Operation } from '../service.js';
import { gatewayOperation } from './operation.js';

/** GetAccount: what a new account has (aws-facts 7.6). */
export function accountOperations(): Operation[] {
  return [
    gatewayOperation({
      name: 'GetAccount',
      route: 'GET /account',
      input: v.object({}),
      run: () => ({
        throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
        features: ['UsagePlans'],
        apiKeyVersion: '4',
      }),
    }),
  ];
}
