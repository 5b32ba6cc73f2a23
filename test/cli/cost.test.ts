/** The cost line: in a real account alone, with whose prices and of when, and no more exact than it can be. */
import { expect, test } from '@jest/globals';
import { costOf } from '../../src/cli/cost.js';
import { describeLab } from '../../src/tutorial/lab.js';
import { costOfRequests } from '../../src/tutorial/prices.js';

const AWS = {
  kind: 'aws',
  region: 'eu-west-1',
  endpoint: undefined,
  profile: undefined,
  credentials: undefined,
} as const;
const lab = describeLab('default');
const standing = (onDemand: boolean) => new Map([['table', { arn: 'arn', adopted: false, onDemand }]]);

test('says what a thousand requests cost, and that the lab costs nothing at rest', () => {
  expect(costOf({ target: AWS, lab }, standing(true))?.line).toBe(
    'Cost        at rest nothing but a few kilobytes of storage; 1000 requests about USD 0.004 (list prices of us-east-1 as of 2025-07, without a free tier; a rough figure)',
  );
});

test('says of a table with provisioned throughput that it is billed at rest', () => {
  expect(costOf({ target: AWS, lab }, standing(false))?.members).toMatchObject({
    cost: { atRest: 'the table’s provisioned throughput by the hour', requests: 1000, usd: 0.004 },
  });
});

test.each([
  ['the local AWS', { ...AWS, kind: 'local', endpoint: 'http://127.0.0.1:1' } as const],
  ['another server than AWS', { ...AWS, endpoint: 'http://127.0.0.1:1' } as const],
])('says nothing on %s', (_, target) => {
  expect(costOf({ target, lab }, standing(true))).toBeUndefined();
});

test('grows with the requests, and with the memory', () => {
  const thousand = costOfRequests(1_000, { memory: 128 });

  expect(costOfRequests(2_000, { memory: 128 })).toBeCloseTo(2 * thousand, 9);
  expect(costOfRequests(1_000, { memory: 1024 })).toBeGreaterThan(thousand);
});

test('counts what the gateway, the invocation, its memory and the table take', () => {
  // A million requests: USD 3.50, 0.20, 0.83 for 50,000 GB-seconds, and 0.625.
  expect(costOfRequests(1_000_000, { memory: 1024 })).toBeCloseTo(5.158, 3);
});
