import type { Listener } from '../engine/events.js';
import type { Looking, Walk } from '../engine/walk.js';
import type { LookEnv, StepEnv } from '../tutorial/env.js';
import { STEPS } from '../tutorial/steps/index.js';
import type { Context, Opening } from './context.js';

/** What the engine needs to look at the tutorial's steps, be it known yet whose account this is or not. */
export function lookingOf(opening: Opening, listener: Listener): Looking<StepEnv, LookEnv> {
  return {
    steps: STEPS,
    lookFor: (step) => opening.lookEnv((text) => listener({ kind: 'note', step, text })),
    clock: opening.edge.clock,
    signal: opening.edge.signal,
  };
}

/** What the engine needs to walk them on this command's lab. */
export function walkOf(context: Context, listener: Listener): Walk<StepEnv, LookEnv> {
  return {
    ...lookingOf(context, listener),
    envFor: (step) => context.stepEnv((text) => listener({ kind: 'note', step, text })),
    listener,
  };
}

export const STEP_IDS: readonly string[] = STEPS.map(({ id }) => id);
