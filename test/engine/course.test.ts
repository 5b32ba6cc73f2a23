import { describe, expect, test } from '@jest/globals';
import type { Answer, Question } from '../../src/engine/course.js';
import { up } from '../../src/engine/up.js';
import { byHand, DRIFT, ours, toyStep, toyWalk } from '../_helpers/toy-steps.js';

/** `c` needs `b`, `b` needs `a`, `d` needs nothing. */
const STEPS = [
  toyStep(1, 'a'),
  toyStep(2, 'b', { needs: ['a'] }),
  toyStep(3, 'c', { needs: ['b'] }),
  toyStep(4, 'd'),
] as const;
const ALL = new Set(['a', 'b', 'c', 'd']);

/** Runs `up` on a course, and keeps what was asked, and what had been written each time that the lab was to be remembered. */
async function run(
  found: Parameters<typeof toyWalk>[1],
  { made = ALL, answers }: { made?: ReadonlySet<string>; answers?: Readonly<Record<string, Answer>> },
) {
  const walk = toyWalk(STEPS, found);
  const asked: Question[] = [];
  const recorded: string[][] = [];
  const ask = (question: Question): Promise<Answer> => {
    asked.push(question);
    return Promise.resolve(answers?.[question.look.id] ?? 'make');
  };
  const report = await up({
    ...walk,
    dryRun: false,
    isOvertaken: () => false,
    beforeWriting: () => Promise.resolve(void recorded.push([...walk.world.writes])),
    course: { made, ...(answers ? { ask } : {}) },
  });
  const outcomes = report.steps.map(({ outcome }) => outcome);
  return { report, outcomes, asked, recorded, writes: walk.world.writes };
}

describe('a course', () => {
  test('makes its steps alone, and says of the others how they stand', async () => {
    const { report, outcomes, writes } = await run({ d: ours() }, { made: new Set(['a', 'b']) });

    expect({ kind: report.kind, outcomes, writes }).toEqual({
      kind: 'part',
      outcomes: ['created', 'created', 'missing', 'in-order'],
      writes: ['make a', 'make b'],
    });
  });

  test('names what a step needs that is not there, at first or second hand, and touches nothing', async () => {
    const { report, writes, recorded } = await run({}, { made: new Set(['c']) });

    expect(report).toMatchObject({ kind: 'unmet', step: 'c', needs: ['a', 'b'] });
    expect({ writes, recorded }).toEqual({ writes: [], recorded: [] });
  });

  test('does not name what is needed only by something that is there', async () => {
    const { report } = await run({ b: ours() }, { made: new Set(['c']) });

    expect(report.kind).toBe('part');
  });

  test('builds on what is there, as it is', async () => {
    const { writes } = await run({ a: ours(), b: ours([DRIFT]) }, { made: new Set(['c']) });

    expect(writes).toEqual(['make c']);
  });

  test('heeds things by hand among its steps and what these need, and no others', async () => {
    const elsewhere = await run({ d: byHand('d') }, { made: new Set(['a']) });
    const needed = await run({ a: byHand('a') }, { made: new Set(['b']) });

    expect([elsewhere.report.kind, needed.report.kind]).toEqual(['part', 'refused']);
  });
});

describe('one step at a time', () => {
  test('asks before each step that is not in order, in their order', async () => {
    const { report, asked, writes } = await run({ a: ours(), d: ours([DRIFT]) }, { answers: {} });

    expect({ kind: report.kind, asked: asked.map(({ look }) => look.id), writes }).toEqual({
      kind: 'up',
      asked: ['b', 'c', 'd'],
      writes: ['make b', 'make c', 'mend d'],
    });
  });

  test('asks about a step in order as well, once something that it needs was changed', async () => {
    const { asked } = await run({ a: ours([DRIFT]), b: ours(), c: ours(), d: ours() }, { answers: {} });

    expect(asked.map(({ look }) => look.id)).toEqual(['a', 'b']);
  });

  test('names of what needs a step only what is to be made', async () => {
    const { asked } = await run({}, { made: new Set(['a', 'b']), answers: {} });

    expect(asked[0]?.dependents).toEqual(['b']);
  });

  test('leaves out what needs a step that was skipped, and says so before', async () => {
    const { report, asked, outcomes } = await run({}, { answers: { a: 'skip' } });

    expect({ kind: report.kind, outcomes, remark: report.steps[1]?.remark }).toEqual({
      kind: 'part',
      outcomes: ['skipped', 'skipped', 'skipped', 'created'],
      remark: 'needs a',
    });
    expect(asked.map(({ look, dependents }) => [look.id, dependents])).toEqual([
      ['a', ['b', 'c']],
      ['d', []],
    ]);
  });

  test('goes on with a skipped step that is there, though it differs', async () => {
    const { outcomes, asked } = await run({ a: ours([DRIFT]) }, { answers: { a: 'skip' } });

    expect(outcomes).toEqual(['skipped', 'created', 'created', 'created']);
    expect(asked[0]?.dependents).toEqual([]);
  });

  test('stops where it is told to, and says how the rest stands', async () => {
    const { report, outcomes, writes } = await run({}, { answers: { b: 'stop' } });

    expect({ report, outcomes, writes }).toMatchObject({
      report: { kind: 'part', stopped: true },
      outcomes: ['created', 'missing', 'missing', 'missing'],
      writes: ['make a'],
    });
  });

  test('remembers the lab once something is to be made, before it is', async () => {
    expect(await run({}, { answers: { a: 'make', b: 'stop' } })).toMatchObject({ recorded: [[]] });
  });

  test('remembers nothing when nothing was to be made', async () => {
    expect(await run({}, { answers: { a: 'stop' } })).toMatchObject({ recorded: [], writes: [] });
  });
});
