import { describe, expect, test } from '@jest/globals';
import { awaitThat, retryWhile } from '../../src/aws/poll.js';
import type { LabError } from '../../src/lab-error.js';
import { fakeWaiting } from '../_helpers/fake-time.js';

const budget = { ms: 10_000, pauseMs: 1_000 };

describe('awaiting', () => {
  test('gives back the first answer there is', async () => {
    const answers = [undefined, undefined, 'here'];

    const answer = await awaitThat(fakeWaiting(), { what: 'it is here', budget }, () =>
      Promise.resolve(answers.shift()),
    );

    expect(answer).toBe('here');
  });

  test('ends with its budget, and says what it waited for', async () => {
    const waiting = fakeWaiting();

    const wait = awaitThat(waiting, { what: 'it is here', budget }, () => Promise.resolve(undefined));

    await expect(wait).rejects.toThrow('Gave up after 10 s waiting until it is here.');
    expect(waiting.clock.now()).toBeLessThanOrEqual(budget.ms);
  });

  test('begins with short pauses, so that what is quick stays quick', async () => {
    const waiting = fakeWaiting();
    const answers = [undefined, 'here'];

    await awaitThat(waiting, { what: 'it is here', budget }, () => Promise.resolve(answers.shift()));

    expect(waiting.clock.slept[0]).toBeLessThan(100);
  });
});

describe('retrying', () => {
  const busy = new Error('busy');
  const waitFor = (error: unknown): string | undefined => (error === busy ? 'it is free' : undefined);

  test('goes on while the error is one that passes', async () => {
    const errors = [busy, busy];

    const answer = await retryWhile(fakeWaiting(), { budget, waitFor }, () => {
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve('done');
    });

    expect(answer).toBe('done');
  });

  test('passes any other error through at once', async () => {
    const waiting = fakeWaiting();

    const wait = retryWhile(waiting, { budget, waitFor }, () => Promise.reject(new Error('broken')));

    await expect(wait).rejects.toThrow('broken');
    expect(waiting.clock.slept).toEqual([]);
  });

  test('reports the last error as the cause when the budget ends', async () => {
    const wait = retryWhile(fakeWaiting(), { budget, waitFor }, () => Promise.reject(busy));

    await expect(wait).rejects.toMatchObject({ code: 'timed-out', cause: busy } satisfies Partial<LabError>);
  });

  test('never tries sooner than the least pause of that attempt', async () => {
    const waiting = fakeWaiting();
    const errors = [busy, busy];

    await retryWhile(
      waiting,
      { budget: { ms: 100_000, pauseMs: 1_000 }, waitFor, minPauseMs: (attempt) => 30_000 + attempt },
      () => {
        const error = errors.shift();
        return error ? Promise.reject(error) : Promise.resolve('done');
      },
    );

    expect(waiting.clock.slept).toEqual([30_000, 30_001]);
  });

  test('tells what is waited for, in words of its own where it is given some', async () => {
    const waiting = fakeWaiting();
    const errors = [busy];

    await retryWhile(
      waiting,
      { budget, waitFor, minPauseMs: () => 2_000, note: (pauseMs) => `again in ${pauseMs} ms` },
      () => {
        const error = errors.shift();
        return error ? Promise.reject(error) : Promise.resolve('done');
      },
    );

    expect(waiting.notes).toEqual(['again in 2000 ms']);
  });
});
