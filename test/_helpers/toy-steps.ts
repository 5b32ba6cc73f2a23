import { fakeClock } from './fake-time.js';
import type { EngineEvent } from '../../src/engine/events.js';
import type { Walk } from '../../src/engine/walk.js';
import type { AnyStep, Difference, Found } from '../../src/tutorial/step.js';

/** A world of things by id, in which toy steps look, make and remove; it keeps a log of the writes. */
export interface ToyWorld {
  readonly found: Map<string, Found<unknown>>;
  readonly writes: string[];
}

export const ours = (differences: readonly Difference[] = []): Found<unknown> => ({
  state: 'ours',
  thing: 'a thing',
  differences,
});

export const byHand = (what: string): Found<unknown> => ({
  state: 'by-hand',
  thing: 'a thing',
  differences: [],
  strangers: [{ what, id: what }],
});

export const DRIFT: Difference = { setting: 'size', expected: 1, actual: 2 };

/** A step that needs and reads the steps in `needs`; `fails` makes its writes fail. */
export function toyStep(
  number: number,
  id: string,
  options: { needs?: readonly string[]; fails?: boolean; partOf?: string } = {},
): AnyStep<ToyWorld> {
  const { needs = [], fails = false, partOf } = options;
  const write = (world: ToyWorld, what: string, left: Found<unknown>): void => {
    if (fails) throw new Error(`${id} does not work`);
    world.writes.push(`${what} ${id}`);
    world.found.set(id, left);
  };
  const look = (world: ToyWorld): Found<unknown> => world.found.get(id) ?? { state: 'missing' };
  return {
    number,
    id,
    title: `Step ${id}`,
    console: '',
    name: () => `thing ${id}`,
    reads: needs,
    needs,
    inspect: (world) => Promise.resolve(look(world)),
    ensure: async (world, { found }) => {
      await Promise.resolve();
      const missing = found.state === 'missing';
      if (!missing && !('differences' in found && found.differences.length > 0)) {
        return { thing: 'a thing', outcome: 'unchanged' };
      }
      write(world, missing ? 'make' : 'mend', ours());
      return { thing: 'a thing', outcome: missing ? 'created' : 'repaired' };
    },
    adopt: (world, { id: stranger }) => {
      write(world, `adopt ${stranger} as`, ours([DRIFT]));
      return Promise.resolve({ remark: 'adopted' });
    },
    ...(partOf === undefined
      ? {
          remove: async (world: ToyWorld) => {
            await Promise.resolve();
            write(world, 'remove', { state: 'missing' });
            return { outcome: 'removed' as const };
          },
        }
      : { partOf }),
  };
}

/** A walk over toy steps with a listener that records. */
export function toyWalk(
  steps: readonly AnyStep<ToyWorld>[],
  found: Readonly<Record<string, Found<unknown>>> = {},
): Walk<ToyWorld> & { readonly world: ToyWorld; readonly events: EngineEvent[] } {
  const world: ToyWorld = { found: new Map(Object.entries(found)), writes: [] };
  const events: EngineEvent[] = [];
  return {
    steps,
    lookFor: () => world,
    envFor: () => world,
    listener: (event) => void events.push(event),
    clock: fakeClock(),
    signal: new AbortController().signal,
    world,
    events,
  };
}
