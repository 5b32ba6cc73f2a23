/** How often each thing is measured, unless a group says otherwise. */
export const RUNS = 9;

/**
 * Measures several things in turn, all of them in each round, so that whatever slows the machine down for a while meets
 * them alike. The first round only warms up. Where a case needs what the one before it made, it comes after it.
 * @returns the median of each
 */
export async function interleaved<Name extends string>(
  cases: Readonly<Record<Name, () => Promise<number>>>,
  runs: number = RUNS,
): Promise<Record<Name, number>> {
  const names = Object.keys(cases) as Name[];
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= runs; round++) {
    for (const name of names) {
      const value = await cases[name]();
      if (round > 0) samples.get(name)?.push(value);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}
