import { describe, expect, test } from '@jest/globals';
import { down } from '../../src/engine/down.js';
import type { AnyStep } from '../../src/tutorial/step.js';
import { byHand, ours, toyStep, toyWalk, type ToyWorld } from '../_helpers/toy-steps.js';

const CHAIN = [toyStep(1, 'a'), toyStep(2, 'b', { needs: ['a'] }), toyStep(3, 'c', { needs: ['b'] })];
const confirm = (): Promise<boolean> => Promise.resolve(true);
const outcomes = (report: { steps: readonly { id: string; outcome: string }[] }): string[] =>
  report.steps.map(({ id, outcome }) => `${id} ${outcome}`);

describe('down', () => {
  test('removes in the reverse order of the needs', async () => {
    const walk = toyWalk(CHAIN, { a: ours(), b: ours(), c: ours() });

    await down({ ...walk, confirm });

    expect(walk.world.writes).toEqual(['remove c', 'remove b', 'remove a']);
  });

  test('tells gone, never existed and kept apart', async () => {
    const walk = toyWalk(CHAIN, { a: ours(), b: byHand('the thing b') });

    const report = await down({ ...walk, confirm });

    expect(outcomes(report)).toEqual(['a removed', 'b kept', 'c absent']);
  });

  test('says that a part went with what held it', async () => {
    const steps = [toyStep(1, 'a'), toyStep(2, 'part', { needs: ['a'], partOf: 'a' })];
    const walk = toyWalk(steps, { a: ours(), part: ours() });
    walk.world.found.set('part', ours());
    const going: AnyStep<ToyWorld>[] = steps.map((step) =>
      step.id === 'part'
        ? {
            ...step,
            inspect: (world) =>
              Promise.resolve(world.found.get('a')?.state === 'ours' ? ours() : { state: 'missing' }),
          }
        : step,
    );

    const report = await down({ ...walk, steps: going, confirm });

    expect(report.steps[1]).toMatchObject({ outcome: 'removed', remark: 'with the a' });
  });

  test('goes on past a failure, but leaves what the failed thing still needs', async () => {
    const steps = [toyStep(1, 'a'), toyStep(2, 'b', { needs: ['a'], fails: true }), toyStep(3, 'beside')];

    const walk = toyWalk(steps, { a: ours(), b: ours(), beside: ours() });
    const report = await down({ ...walk, confirm });

    expect({ kind: report.kind, writes: walk.world.writes }).toEqual({
      kind: 'failed',
      writes: ['remove beside'],
    });
  });

  test('asks with what it would keep, and keeps it', async () => {
    const given: AnyStep<ToyWorld> = { ...toyStep(1, 'a'), keeps: () => 'it was given' };
    const walk = toyWalk([given, toyStep(2, 'b')], { a: ours(), b: ours() });
    let asked: unknown;

    const report = await down({ ...walk, confirm: (looks) => ((asked = looks), Promise.resolve(true)) });

    expect(asked).toMatchObject([{ outcome: 'kept', remark: 'it was given' }, { outcome: 'in-order' }]);
    expect(report).toMatchObject({
      ...{ kind: 'down', clean: true },
      steps: [{ outcome: 'kept', remark: 'it was given' }, { outcome: 'removed' }],
    });
  });

  test('does not believe itself: what is found again afterwards is reported as left over', async () => {
    const liar: AnyStep<ToyWorld> = {
      ...toyStep(1, 'a'),
      remove: () => Promise.resolve({ outcome: 'removed' }),
    };

    const report = await down({ ...toyWalk([liar], { a: ours() }), confirm });

    expect(report).toMatchObject({ kind: 'down', clean: false, steps: [{ outcome: 'failed' }] });
  });

  test('waits while AWS still shows what was removed, and says so', async () => {
    const step = toyStep(1, 'a');
    const walk = toyWalk([step], { a: ours() });
    let looks = 0;
    const lingering: AnyStep<ToyWorld> = {
      ...step,
      inspect: () => Promise.resolve((looks += 1) < 4 ? ours() : { state: 'missing' }),
    };

    const report = await down({ ...walk, steps: [lingering], confirm });

    expect(report).toMatchObject({ kind: 'down', clean: true, steps: [{ outcome: 'removed' }] });
    const text = 'waiting until AWS shows that it is gone';
    expect(walk.events).toContainEqual({ kind: 'note', step: 'a', text });
  });

  test('says of what was not there before that another run has made it, and does not wait', async () => {
    const step = toyStep(1, 'a');
    const walk = toyWalk([step]);
    const appearing: AnyStep<ToyWorld> = {
      ...step,
      inspect: async (world, seen) => {
        const found = await step.inspect(world, seen);
        world.found.set('a', ours());
        return found;
      },
    };

    const report = await down({ ...walk, steps: [appearing], confirm });

    expect(report).toMatchObject({
      clean: false,
      steps: [{ outcome: 'failed', remark: 'made meanwhile, by another run' }],
    });
    expect(walk.clock.now()).toBe(0);
  });

  test('fails with the reason when what outlives a thing could not be removed', async () => {
    const reason = new Error('the log group stays');
    const sweeping = { ...toyStep(1, 'a'), sweep: () => Promise.reject(reason) };

    const report = await down({ ...toyWalk([sweeping], { a: ours() }), confirm });

    expect(report).toMatchObject({ kind: 'failed', step: 'teardown', error: reason });
    expect(outcomes(report)).toEqual(['a removed', 'teardown failed']);
  });

  test('interrupted while it removes, tells what was under way', async () => {
    const ctrlC = new AbortController();
    const walk = { ...toyWalk(CHAIN, { a: ours(), b: ours(), c: ours() }), signal: ctrlC.signal };
    const hanging: AnyStep<ToyWorld>[] = CHAIN.map((step) =>
      step.id === 'b'
        ? {
            ...step,
            remove: () => {
              ctrlC.abort();
              return new Promise(() => undefined);
            },
          }
        : step,
    );

    const report = await down({ ...walk, steps: hanging, confirm });

    expect({ kind: report.kind, steps: outcomes(report) }).toEqual({
      kind: 'interrupted',
      steps: ['a in-order', 'b skipped', 'c removed'],
    });
    expect(report.steps[1]?.remark).toBe('under way when it was interrupted');
  });

  test('interrupted while it removes, counts among what still stands what outlives a thing', async () => {
    const ctrlC = new AbortController();
    const [a] = CHAIN;
    if (!a) throw new Error('there is no step');
    const cut: AnyStep<ToyWorld> = {
      ...a,
      leaves: () => 'the log of a',
      sweep: () => Promise.resolve({ outcome: 'removed' }),
      remove: () => {
        ctrlC.abort();
        return Promise.reject(new Error('cut off'));
      },
    };

    const report = await down({
      ...toyWalk([cut], { a: ours() }),
      steps: [cut],
      signal: ctrlC.signal,
      confirm,
    });

    expect(report).toMatchObject({
      kind: 'interrupted',
      steps: [
        { id: 'a', outcome: 'skipped', remark: 'under way when it was interrupted' },
        { id: 'teardown', name: 'the log of a', outcome: 'in-order' },
      ],
    });
  });

  test('interrupted while it removes, does not speak of what a thing that was not there leaves behind', async () => {
    const ctrlC = new AbortController();
    const cut: AnyStep<ToyWorld> = {
      ...toyStep(1, 'a'),
      remove: () => {
        ctrlC.abort();
        return Promise.reject(new Error('cut off'));
      },
    };
    const missing: AnyStep<ToyWorld> = {
      ...toyStep(2, 'b'),
      sweep: () => Promise.resolve({ outcome: 'removed' }),
    };

    const report = await down({
      ...toyWalk([cut, missing], { a: ours() }),
      signal: ctrlC.signal,
      confirm,
    });

    expect(outcomes(report)).toEqual(['a skipped', 'b absent', 'teardown skipped']);
  });

  test('interrupted while it waits to read again, does not fail with that', async () => {
    const ctrlC = new AbortController();
    const lingering: AnyStep<ToyWorld> = { ...toyStep(1, 'a'), inspect: () => Promise.resolve(ours()) };
    const walk = toyWalk([lingering]);
    const sleep = (): Promise<void> => {
      ctrlC.abort();
      return Promise.reject(new Error('cut off'));
    };

    const report = await down({
      ...walk,
      clock: { ...walk.clock, sleep },
      signal: ctrlC.signal,
      confirm,
    });

    expect(report).toMatchObject({ kind: 'interrupted', steps: [{ outcome: 'removed' }] });
  });

  test('interrupted while it reads again, does not call what it removed left over', async () => {
    const ctrlC = new AbortController();
    const step = toyStep(1, 'a');
    const cut: AnyStep<ToyWorld> = {
      ...step,
      inspect: (world, seen) => {
        if (world.writes.length > 0) ctrlC.abort();
        return step.inspect(world, seen);
      },
    };

    const report = await down({ ...toyWalk([cut], { a: ours() }), signal: ctrlC.signal, confirm });

    expect(report).toMatchObject({ kind: 'interrupted', steps: [{ outcome: 'removed' }] });
  });

  test('removes nothing when the answer is no', async () => {
    const walk = toyWalk(CHAIN, { a: ours() });

    const report = await down({ ...walk, confirm: () => Promise.resolve(false) });

    expect({ kind: report.kind, writes: walk.world.writes }).toEqual({ kind: 'declined', writes: [] });
  });
});
