import { describe, expect, test } from '@jest/globals';
import { quotaPause } from '../../src/aws/quotas.js';

const luck = { least: () => 0, most: () => 1 };

describe('the pause before a throttled call is tried again', () => {
  test.each([
    ['DeleteRestApi', 30_000],
    ['UpdateUsagePlan', 20_000],
    ['CreateDeployment', 5_000],
    ['CreateRestApi', 3_000],
    ['GetRestApis', 1_000],
  ])('is for %s never less than its period, however often it was refused', (operation, period) => {
    const pauses = [0, 1, 9, 1000].map((attempt) => quotaPause(operation, attempt, luck.least));

    expect(pauses).toEqual([period, period, period, period]);
  });

  test('spreads more widely the more often the call was refused, up to a bound', () => {
    const pauses = [0, 1, 2, 3, 4, 1000].map((attempt) => quotaPause('DeleteRestApi', attempt, luck.most));

    expect(pauses.map((pause) => pause / 30_000)).toEqual([2.5, 4, 7, 13, 13, 13]);
  });
});
