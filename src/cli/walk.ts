import type { Listener } from '../engine/events.js';
import type { Walk } from '../engine/walk.js';
import type { StepEnv } from '../tutorial/env.js';
import type { StepId, Things } from '../tutorial/step.js';
import { STEPS } from '../tutorial/steps/index.js';
import type { Context } from './context.js';

/** What the engine needs to walk the tutorial's steps on this command's lab. */
export function walkOf(context: Context, listener: Listener): Walk<StepEnv> {
  return {
    steps: STEPS,
    envFor: (step) => context.stepEnv((text) => listener({ kind: 'note', step, text })),
    listener,
    clock: context.edge.clock,
    signal: context.edge.signal,
  };
}

export const STEP_IDS: readonly string[] = STEPS.map(({ id }) => id);

/** What a walk learned of one step's thing. The engine carries things without their types; here they get them back. */
export function thingIn<Id extends StepId>(
  things: ReadonlyMap<string, unknown>,
  id: Id,
): Things[Id] | undefined {
  return things.get(id) as Things[Id] | undefined;
}
