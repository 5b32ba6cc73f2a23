import { isDeepStrictEqual } from 'node:util';

/** A setting that is not as the lab declares it. Values are plain JSON; `actual` is undefined where there is nothing. */
export interface Difference {
  readonly setting: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** `up` cannot put it right, and fails there. */
  readonly stays?: true;
  /** The same for people, where the values tell them nothing: hashes. */
  readonly inWords?: { readonly expected: string; readonly actual: string };
}

/** Settings by name: what a step wants, or what is there, in the same form. */
export type Settings = Readonly<Record<string, unknown>>;

/** The settings of `wanted` that `actual` has otherwise, by meaning: both come decoded, parsed and sorted. */
export function compare(wanted: Settings, actual: Settings): Difference[] {
  return Object.entries(wanted)
    .filter(([setting, expected]) => !isDeepStrictEqual(expected, actual[setting]))
    .map(([setting, expected]) => ({ setting, expected, actual: actual[setting] }));
}

/** Whether any of these settings differs. */
export const differsIn = (differences: readonly Difference[], ...settings: string[]): boolean =>
  differences.some(({ setting }) => settings.includes(setting));
