import { describe, expect, test } from '@jest/globals';
import { walk } from '../../src/engine/run.js';

const never = new AbortController().signal;
const CHAIN = [
  { id: 'a', after: [] },
  { id: 'b', after: ['a'] },
  { id: 'c', after: ['b'] },
];

describe('a walk', () => {
  test('starts a node the moment all that comes before it is done', async () => {
    const log: string[] = [];
    const nodes = [
      { id: 'slow', after: [] },
      { id: 'quick', after: [] },
      { id: 'next', after: ['quick'] },
    ];
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));

    await walk(nodes, { onFailure: 'drain', signal: never }, async (id) => {
      if (id === 'slow') await slow;
      log.push(id);
      if (id === 'next') release();
    });

    expect(log).toEqual(['quick', 'next', 'slow']);
  });

  test('that drains starts nothing new after a failure, and lets what runs come to its end', async () => {
    const log: string[] = [];
    const nodes = [...CHAIN, { id: 'beside', after: [] }, { id: 'after beside', after: ['beside'] }];

    const report = await walk(nodes, { onFailure: 'drain', signal: never }, async (id) => {
      if (id === 'a') throw new Error('no');
      await Promise.resolve();
      await Promise.resolve();
      log.push(id);
    });

    expect({ log, failed: [...report.failed.keys()] }).toEqual({ log: ['beside'], failed: ['a'] });
  });

  test('that drains ends what was begun before the failure', async () => {
    const log: string[] = [];
    const nodes = [
      { id: 'fails', after: [] },
      { id: 'begins', after: [] },
      { id: 'ends', after: ['begins'], ends: true },
      { id: 'goes on', after: ['begins'] },
    ];

    await walk(nodes, { onFailure: 'drain', signal: never }, async (id) => {
      if (id === 'fails') throw new Error('no');
      await Promise.resolve();
      await Promise.resolve();
      log.push(id);
    });

    expect(log).toEqual(['begins', 'ends']);
  });

  test('that goes on leaves out only what comes after the failure', async () => {
    const nodes = [...CHAIN, { id: 'beside', after: [] }];

    const report = await walk(nodes, { onFailure: 'go-on', signal: never }, (id) =>
      id === 'b' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );

    expect([...report.done]).toEqual(['a', 'beside']);
  });

  test('that is aborted starts nothing new', async () => {
    const controller = new AbortController();
    const started: string[] = [];

    await walk(CHAIN, { onFailure: 'drain', signal: controller.signal }, (id) => {
      started.push(id);
      controller.abort();
      return Promise.resolve();
    });

    expect(started).toEqual(['a']);
  });

  test('that is aborted ends at once, whatever still runs', async () => {
    const controller = new AbortController();

    const report = await walk(CHAIN, { onFailure: 'drain', signal: controller.signal }, () => {
      controller.abort();
      return new Promise<void>(() => undefined);
    });

    expect([...report.done]).toEqual([]);
  });
});
