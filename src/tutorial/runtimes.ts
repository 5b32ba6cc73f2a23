import type { Settings } from './difference.js';

/**
 * Lambda's retired runtimes for Node.js and Python, with the day on which AWS ended its support: the table
 * "Deprecated runtimes" of docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, read in November 2025 by way of
 * the lint rules that copy it. Days that lay ahead then and that AWS has moved before are left out.
 */
const RETIRED: Readonly<Record<string, string>> = {
  'python2.7': '2021-07-15',
  'python3.6': '2022-07-18',
  'python3.7': '2023-12-04',
  'python3.8': '2024-10-14',
  'python3.9': '2025-12-15',
  'nodejs4.3': '2020-03-05',
  'nodejs6.10': '2019-08-12',
  'nodejs8.10': '2020-03-06',
  'nodejs10.x': '2021-07-30',
  'nodejs12.x': '2023-03-31',
  'nodejs14.x': '2023-12-04',
  'nodejs16.x': '2024-06-12',
  'nodejs18.x': '2025-09-01',
  'nodejs20.x': '2026-04-30',
};

/** The runtime to go on with in the same language. */
const CURRENT: readonly (readonly [language: RegExp, runtime: string])[] = [
  [/^python/, 'python3.13'],
  [/^nodejs/, 'nodejs24.x'],
];

/** Since when AWS has ended its support of a runtime, as `2023-12-04`; undefined where it has not by `now` (in ms). */
function retiredSince(runtime: string | undefined, now: number): string | undefined {
  const day = RETIRED[runtime ?? ''];
  return day !== undefined && Date.parse(day) <= now ? day : undefined;
}

/** Whether the day of its end is known, be it past or to come. */
export const isListedAsRetired = (runtime: string): boolean => Object.hasOwn(RETIRED, runtime);

/** What is wanted of a runtime that was chosen by hand: no more than that it is not retired. */
export function currentRuntime(runtime: string | undefined, now: number): Settings {
  if (retiredSince(runtime, now) === undefined) return {};
  return { runtime: CURRENT.find(([language]) => language.test(runtime ?? ''))?.[1] };
}
