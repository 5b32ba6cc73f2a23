import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/aws/waiting.js';
import { up } from '../../src/engine/up.js';
import type { AnyStep, Found, Stranger } from '../../src/tutorial/step.js';
import { byHand, ours, toyStep, toyWalk, type ToyWorld } from '../_helpers/toy-steps.js';

const A = toyStep(1, 'a');
const B = toyStep(2, 'b', { needs: ['a'] });
const C = toyStep(3, 'c');
const STEPS = [A, B, C];

interface Setting {
  readonly steps?: readonly AnyStep<ToyWorld>[];
  readonly ids?: readonly string[];
  readonly answer?: boolean;
  readonly signal?: AbortSignal;
  readonly sleep?: Clock['sleep'];
}

/** Runs `up --adopt`, and keeps what was asked. */
async function adopt(found: Readonly<Record<string, Found<unknown>>>, setting: Setting = {}) {
  const { steps = STEPS, ids = [], answer = true, signal, sleep } = setting;
  const walk = toyWalk(steps, found);
  const asked: string[] = [];
  const report = await up({
    ...walk,
    ...(signal ? { signal } : {}),
    ...(sleep ? { clock: { ...walk.clock, sleep } } : {}),
    dryRun: false,
    isOvertaken: () => false,
    beforeWriting: () => Promise.resolve(),
    adoption: {
      ids,
      confirm: (strangers) => {
        asked.push(...strangers.map(({ what }) => what));
        return Promise.resolve(answer);
      },
    },
  });
  return { report, asked, writes: walk.world.writes, events: walk.events, clock: walk.clock };
}

const stranger = (what: string, more: Partial<Stranger> = {}): Stranger => ({ what, id: what, ...more });
const several = (...strangers: readonly Stranger[]): Found<unknown> => ({
  ...{ state: 'by-hand', thing: undefined, differences: [], strangers },
});

/** A step that shows another thing once something was adopted. */
const showing = (step: AnyStep<ToyWorld>, later: Found<unknown>): AnyStep<ToyWorld> => ({
  ...step,
  inspect: (world, seen) =>
    world.writes.length > 0 && !world.found.has(step.id) ? Promise.resolve(later) : step.inspect(world, seen),
});

describe('up --adopt', () => {
  test('asks, takes over what was made by hand, puts it right, and makes the rest', async () => {
    const { report, asked, writes, events, clock } = await adopt({ a: byHand('the a') });

    expect({ asked, writes }).toEqual({
      asked: ['the a'],
      writes: ['adopt the a as a', 'mend a', 'make c', 'make b'],
    });
    expect(report).toMatchObject({
      kind: 'up',
      steps: [{ outcome: 'repaired', remark: 'adopted' }, { outcome: 'created' }, { outcome: 'created' }],
    });
    const started = events.flatMap((event) => (event.kind === 'started' ? event.step : []));
    expect({ started, waited: clock.now() }).toEqual({ started: ['a', 'a', 'c', 'b'], waited: 0 });
  });

  test('touches nothing when the answer is no', async () => {
    const { report, writes } = await adopt({ a: byHand('the a') }, { answer: false });

    expect({ kind: report.kind, writes }).toEqual({ kind: 'declined', writes: [] });
  });

  test('takes of several the one whose id was given', async () => {
    const { writes } = await adopt({ a: several(stranger('one'), stranger('other')) }, { ids: ['other'] });

    expect(writes[0]).toBe('adopt other as a');
  });

  test.each([
    ['one of several, where no id says which', several(stranger('one'), stranger('other'))],
    ['one of several, where two ids are given', several(stranger('this'), stranger('that'))],
    ['what is another lab’s', several(stranger('theirs', { owner: 'the lab ana’s' }))],
    ['what is unfit', several(stranger('unfit', { unfit: 'its key is another' }))],
  ])('does not take over %s, and touches nothing else', async (_, found) => {
    const { report, asked, writes } = await adopt(
      { a: found, c: byHand('the c') },
      { ids: ['this', 'that'] },
    );

    expect({ kind: report.kind, asked, writes }).toEqual({ kind: 'refused', asked: [], writes: [] });
  });

  test('takes over what stands beside a thing, less what is another lab’s', async () => {
    const beside = [stranger('its log'), stranger('their log', { owner: 'the lab ana’s' })];

    const { asked, writes } = await adopt({ a: { ...ours(), beside } });

    expect({ asked, first: writes.slice(0, 2) }).toEqual({
      asked: ['its log'],
      first: ['adopt its log as a', 'mend a'],
    });
  });

  test('takes over as well what shows itself only on what was adopted', async () => {
    const steps = [A, showing(B, byHand('the b')), C];

    const { report, writes } = await adopt({ a: byHand('the a') }, { steps });

    expect(report.steps.map(({ remark }) => remark)).toEqual(['adopted', 'adopted', undefined]);
    expect(writes.slice(0, 2)).toEqual(['adopt the a as a', 'adopt the b as b']);
  });

  test('leaves what somebody makes meanwhile: nobody was asked about that', async () => {
    const steps = [A, B, showing(C, byHand('the c'))];

    const { report, writes } = await adopt({ a: byHand('the a') }, { steps });

    expect({ report, writes }).toMatchObject({
      report: { kind: 'refused', strangers: [{ what: 'the c' }] },
      writes: ['adopt the a as a'],
    });
  });

  test('waits while AWS goes on showing the thing without its new tag', async () => {
    let looks = 0;
    const late: AnyStep<ToyWorld> = {
      ...A,
      inspect: (world, seen) =>
        (looks += 1) < 5 ? Promise.resolve(byHand('the a')) : A.inspect(world, seen),
    };

    const { report, writes } = await adopt({}, { steps: [late, B, C] });

    expect({ kind: report.kind, writes: writes.slice(0, 2) }).toEqual({
      kind: 'up',
      writes: ['adopt the a as a', 'mend a'],
    });
  });

  test('waits a minute for that, and adopts nothing twice', async () => {
    const never: AnyStep<ToyWorld> = { ...B, inspect: () => Promise.resolve(byHand('the b')) };

    const { report, writes, clock } = await adopt({ a: byHand('the a') }, { steps: [A, never, C] });

    expect({ kind: report.kind, writes }).toEqual({
      kind: 'refused',
      writes: ['adopt the a as a', 'adopt the b as b'],
    });
    expect(clock.now()).toBe(60_000);
  });

  test('interrupted while it waits for that, says what it has adopted', async () => {
    const ctrlC = new AbortController();
    const never: AnyStep<ToyWorld> = { ...A, inspect: () => Promise.resolve(byHand('the a')) };
    const sleep = (): Promise<void> => {
      ctrlC.abort();
      return Promise.reject(new Error('cut off'));
    };

    const { report } = await adopt({}, { steps: [never, B, C], signal: ctrlC.signal, sleep });

    expect(report).toMatchObject({
      kind: 'interrupted',
      steps: [{ remark: 'adopted; under way when it was interrupted' }, {}, {}],
    });
  });

  test('says where it failed, and what it had adopted before', async () => {
    const reason = new Error('may not be tagged');
    const steps = [A, { ...B, adopt: () => Promise.reject(reason) }, C];

    const { report, writes } = await adopt(
      { a: byHand('the a'), b: byHand('the b'), c: byHand('the c') },
      { steps },
    );

    expect(writes).toEqual(['adopt the a as a']);
    expect(report).toMatchObject({ kind: 'failed', step: 'b', error: reason });
    expect(report.steps.map(({ remark }) => remark)).toEqual(['adopted', undefined, undefined]);
  });

  test('interrupted, adopts nothing more, and says what it had begun', async () => {
    const ctrlC = new AbortController();
    const cut: AnyStep<ToyWorld> = {
      ...A,
      adopt: (world, given) => {
        ctrlC.abort();
        return A.adopt?.(world, given) ?? Promise.reject(new Error('toy steps adopt'));
      },
    };

    const { report, writes } = await adopt(
      { a: byHand('the a'), c: byHand('the c') },
      { steps: [cut, B, C], signal: ctrlC.signal },
    );

    expect(writes).toEqual(['adopt the a as a']);
    expect(report).toMatchObject({
      kind: 'interrupted',
      steps: [
        { outcome: 'skipped', remark: 'adopted; under way when it was interrupted' },
        { outcome: 'missing' },
        { outcome: 'by-hand' },
      ],
    });
  });
});
