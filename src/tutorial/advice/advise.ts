/** What a learner is told of each deviation: what it does to the lab, and how it is put right, in the console and by calls. */
import type { Call } from '../call.js';
import type { Difference, StepId } from '../step.js';
import { API_ENTRIES } from './api.js';
import type { Entry, Facts } from './entry.js';
import { FUNCTION_ENTRIES } from './function.js';
import { METHOD_ENTRIES } from './method.js';
import { STAGE_ENTRIES } from './stage.js';
import type { Stop } from './way.js';

export interface Advice {
  readonly why: string;
  readonly console: string;
  /** Commands of lab-setup to type before the calls. */
  readonly before: readonly string[];
  /** The calls of whoever made the thing by hand. */
  readonly calls: readonly Call[];
  /** Where on its way it can stop a request. */
  readonly stops: readonly Stop[];
}

/** In the order in which settings are looked up. */
const ENTRIES: readonly Entry[] = [...FUNCTION_ENTRIES, ...API_ENTRIES, ...METHOD_ENTRIES, ...STAGE_ENTRIES];

/** What to say of a difference, or of a missing thing. */
export function adviceFor(
  step: StepId,
  difference: Difference | 'missing',
  facts: Facts,
): Advice | undefined {
  const entry = ENTRIES.find(
    (each) =>
      each.step === step &&
      (difference === 'missing' || each.setting === 'missing'
        ? each.setting === difference
        : each.setting.test(difference.setting)),
  );
  if (!entry) return undefined;
  const about = difference === 'missing' ? NOTHING : difference;
  return {
    why: entry.why(facts, about),
    console: entry.console(facts, about),
    before: entry.before ?? [],
    calls: entry.calls?.(facts, about) ?? [],
    stops: entry.stops?.(about) ?? [],
  };
}

const NOTHING: Difference = { setting: '', expected: undefined, actual: undefined };
