export type Unit = 'ms' | 'MiB' | 'KiB' | 'rounds' | 'calls' | 'per second';

/** What a row is held to: its ratio to the floor, or its value alone. */
export interface Goal {
  readonly of: 'ratio' | 'value';
  readonly bound: 'at most' | 'at least';
  readonly figure: number;
}

export interface Floor {
  /** Such as `node -e 0`. */
  readonly what: string;
  /** In the unit of the row. */
  readonly value: number;
}

/** One line of the bench: a value, measured against its floor in the same run. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  readonly floor: Floor | undefined;
  readonly ratio: number | undefined;
  /** Undefined where a value is only told. */
  readonly goal: Goal | undefined;
  readonly met: boolean;
}

export function rowOf(measured: {
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  readonly floor?: Floor;
  readonly goal?: Goal;
}): Row {
  const { value, floor, goal } = measured;
  const ratio = floor && value / floor.value;
  return { ...measured, floor, goal, ratio, met: isMet(goal, { value, ratio }) };
}

export const atMost = (figure: number, of: Goal['of'] = 'ratio'): Goal => ({ of, bound: 'at most', figure });
export const atLeast = (figure: number, of: Goal['of'] = 'ratio'): Goal => ({
  of,
  bound: 'at least',
  figure,
});

function isMet(goal: Goal | undefined, reached: { value: number; ratio: number | undefined }): boolean {
  if (!goal) return true;
  const figure = reached[goal.of];
  // What could not be measured is not met either: comparisons with NaN and undefined are false.
  if (figure === undefined) return false;
  return goal.bound === 'at most' ? figure <= goal.figure : figure >= goal.figure;
}
