import type { Listener } from '../engine/events.js';
import type { Walk } from '../engine/walk.js';
import type { StepEnv } from '../tutorial/env.js';
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
