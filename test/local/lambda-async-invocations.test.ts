import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AwsError } from '../../src/local/errors.js';
import { AsyncInvocations } from '../../src/local/services/lambda/async-invocations.js';
import type { InvocationResult } from '../../src/local/services/ports.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const event = {
  functionName: 'f',
  version: '$LATEST',
  request: { requestId: 'ID', functionArn: 'arn', event: Buffer.from('{}') },
};

let started: number;
let attempts: { at: number; event: unknown }[];
let events: AsyncInvocations;
beforeEach(() => {
  jest.useFakeTimers();
  started = Date.now();
  attempts = [];
});
afterEach(() => void jest.useRealTimers());

function accept(outcome: (attempt: number) => Promise<InvocationResult | undefined>): void {
  events = new AsyncInvocations({
    invoke: (given) => {
      attempts.push({ at: Date.now() - started, event: given });
      return outcome(attempts.length);
    },
    now: () => Date.now(),
  });
  events.accept(event);
}

const result = { payload: Buffer.from('null'), log: '', requestId: 'ID' };
const failed = { ...result, functionError: 'Unhandled' };
const refused = (status: number) => new AwsError({ code: 'C', status, message: 'm' });
const times = () => attempts.map(({ at }) => at);

describe('an event', () => {
  test('whose function fails is tried twice more, after a minute and after two, and then no more', async () => {
    accept(() => Promise.resolve(failed));
    await jest.advanceTimersByTimeAsync(12 * HOUR);
    expect(times()).toEqual([0, MINUTE, 3 * MINUTE]);
    expect(attempts.every((attempt) => attempt.event === event)).toBe(true);
  });

  test.each<[string, () => Promise<InvocationResult | undefined>]>([
    ['succeeds', () => Promise.resolve(result)],
    ['is gone', () => Promise.resolve(undefined)],
    ['may not have its role', () => Promise.reject(refused(403))],
  ])('whose function %s is not tried again', async (_what, outcome) => {
    accept(outcome);
    await jest.advanceTimersByTimeAsync(HOUR);
    expect(times()).toEqual([0]);
  });

  test.each<[string, Error]>([
    ['is throttled', refused(429)],
    ['meets a fault of the service', refused(500)],
    ['meets a fault of this server', new Error('the disk is full')],
  ])('that %s is tried again at growing distances, for six hours', async (_what, error) => {
    accept(() => Promise.reject(error));
    await jest.advanceTimersByTimeAsync(12 * HOUR);
    expect(times().slice(0, 5)).toEqual([0, 1000, 3000, 7000, 15_000]);
    const [before = 0, last = 0] = times().slice(-2);
    expect(last - before).toBe(5 * MINUTE);
    expect(last).toBeGreaterThan(6 * HOUR - 5 * MINUTE);
    expect(last).toBeLessThanOrEqual(6 * HOUR);
  });

  test('is dropped when the server ends', async () => {
    accept(() => Promise.resolve(failed));
    await jest.advanceTimersByTimeAsync(1000);
    events.close();
    await jest.advanceTimersByTimeAsync(HOUR);
    expect(times()).toEqual([0]);
  });
});
