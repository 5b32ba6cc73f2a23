import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { up } from '../../src/engine/up.js';
import { byHand, DRIFT, ours, toyStep, toyWalk } from '../_helpers/toy-steps.js';

const CHAIN = [
  toyStep(1, 'a'),
  toyStep(2, 'b', { needs: ['a'] }),
  toyStep(3, 'c', { needs: ['b'] }),
] as const;
const options = { dryRun: false, isOvertaken: () => false, beforeWriting: () => Promise.resolve() };

describe('up', () => {
  test('makes what is missing, in the order of the needs', async () => {
    const walk = toyWalk(CHAIN);

    const report = await up({ ...walk, ...options });

    expect({ kind: report.kind, writes: walk.world.writes }).toEqual({
      kind: 'up',
      writes: ['make a', 'make b', 'make c'],
    });
  });

  test('writes nothing to a lab in order', async () => {
    const walk = toyWalk(CHAIN, { a: ours(), b: ours(), c: ours() });

    const report = await up({ ...walk, ...options });

    expect({ writes: walk.world.writes, outcomes: report.steps.map(({ outcome }) => outcome) }).toEqual({
      writes: [],
      outcomes: ['unchanged', 'unchanged', 'unchanged'],
    });
  });

  test('mends what differs and leaves the rest', async () => {
    const walk = toyWalk(CHAIN, { a: ours(), b: ours([DRIFT]), c: ours() });

    await up({ ...walk, ...options });

    expect(walk.world.writes).toEqual(['mend b']);
  });

  test('touches nothing when something was made by hand, and names it', async () => {
    const walk = toyWalk(CHAIN, { b: byHand('the thing b') });

    const report = await up({ ...walk, ...options });

    expect({ report, writes: walk.world.writes }).toMatchObject({
      report: { kind: 'refused', strangers: [{ what: 'the thing b' }] },
      writes: [],
    });
  });

  test('names what was made by hand in the order of the steps, whichever was looked at first', async () => {
    const walk = toyWalk(CHAIN, { a: byHand('the thing a'), b: byHand('the thing b') });
    const [a, b, c] = CHAIN;
    const late = { ...a, inspect: () => sleep(5).then(() => byHand('the thing a')) };
    const early = { ...b, reads: [] };

    const report = await up({ ...walk, steps: [late, early, c], ...options });

    expect(report).toMatchObject({ strangers: [{ what: 'the thing a' }, { what: 'the thing b' }] });
  });

  test('looks at everything again when what a step built on has gone meanwhile', async () => {
    const walk = toyWalk(CHAIN);
    const gone = new Error('a has gone');
    const [a, b, c] = CHAIN;
    let isFirst = true;
    const overtaken = {
      ...b,
      ensure: (...given: Parameters<typeof b.ensure>) => {
        if (!isFirst) return b.ensure(...given);
        isFirst = false;
        walk.world.found.delete('a');
        return Promise.reject(gone);
      },
    };

    const report = await up({
      ...walk,
      ...options,
      steps: [a, overtaken, c],
      isOvertaken: (error) => error === gone,
    });

    expect({ kind: report.kind, writes: walk.world.writes }).toEqual({
      kind: 'up',
      writes: ['make a', 'make a', 'make b', 'make c'],
    });
  });

  test('ends what it tries when the last look fails', async () => {
    const walk = toyWalk(CHAIN);
    const [a, ...others] = CHAIN;
    const unseen = { ...a, lastLook: () => Promise.reject(new Error('may not look')) };
    let isEnded = false;
    const whenMade = (_things: unknown, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          isEnded = true;
          resolve();
        });
      });

    await expect(up({ ...walk, ...options, steps: [unseen, ...others], whenMade })).rejects.toThrow(
      'may not look',
    );
    expect(isEnded).toBe(true);
  });

  test('does not look again for ever', async () => {
    const walk = toyWalk([toyStep(1, 'a', { fails: true })]);

    const report = await up({ ...walk, ...options, isOvertaken: () => true });

    expect(report).toMatchObject({ kind: 'failed', step: 'a' });
  });

  test('plans without writing', async () => {
    const walk = toyWalk(CHAIN, { a: ours([DRIFT]) });

    const report = await up({ ...walk, ...options, dryRun: true });

    expect({ report, writes: walk.world.writes }).toMatchObject({
      report: {
        kind: 'planned',
        steps: [{ outcome: 'drifted' }, { outcome: 'missing' }, { outcome: 'missing' }],
      },
      writes: [],
    });
  });

  test('tells which step failed, and what was never begun', async () => {
    const steps = [
      toyStep(1, 'a'),
      toyStep(2, 'b', { needs: ['a'], fails: true }),
      toyStep(3, 'c', { needs: ['b'] }),
    ];

    const report = await up({ ...toyWalk(steps), ...options });

    expect(report).toMatchObject({
      kind: 'failed',
      step: 'b',
      steps: [{ outcome: 'created' }, { outcome: 'failed' }, { outcome: 'skipped' }],
    });
  });

  test('writes its record before the first change, and only if there is one', async () => {
    const written: string[][] = [];
    const walk = toyWalk(CHAIN);
    const beforeWriting = (): Promise<void> => {
      written.push([...walk.world.writes]);
      return Promise.resolve();
    };

    await up({ ...walk, ...options, beforeWriting });
    await up({ ...walk, ...options, beforeWriting });

    expect(written).toEqual([[]]);
  });
});
