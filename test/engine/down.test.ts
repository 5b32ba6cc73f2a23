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

  test('does not believe itself: what is found again afterwards is reported as left over', async () => {
    const liar: AnyStep<ToyWorld> = {
      ...toyStep(1, 'a'),
      remove: () => Promise.resolve({ outcome: 'removed' }),
    };

    const report = await down({ ...toyWalk([liar], { a: ours() }), confirm });

    expect(report).toMatchObject({ kind: 'down', clean: false, steps: [{ outcome: 'failed' }] });
  });

  test('removes nothing when the answer is no', async () => {
    const walk = toyWalk(CHAIN, { a: ours() });

    const report = await down({ ...walk, confirm: () => Promise.resolve(false) });

    expect({ kind: report.kind, writes: walk.world.writes }).toEqual({ kind: 'declined', writes: [] });
  });
});
