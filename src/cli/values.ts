import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { messageOf } from '../aws/errors.js';
import { LabError } from '../lab-error.js';
import type { Edge } from './edge.js';

type Reviver = (key: string, value: unknown) => unknown;

/** JSON, or the text itself where it is none. @throws LabError when the reviver does */
export function parseJson(source: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(source, reviver);
  } catch (error) {
    if (error instanceof LabError) throw error;
    return source;
  }
}

/**
 * The value of a flag that takes JSON: the text itself, `@file`, or `-` for standard input.
 * @throws LabError `usage` when it cannot be read, is not JSON, or holds a number that is too large
 */
export async function jsonFlag(
  flag: string,
  value: string,
  { terminal }: Pick<Edge, 'terminal'>,
): Promise<unknown> {
  const source = value === '-' ? await text(terminal().input) : await readSource(flag, value);
  try {
    return JSON.parse(source, refusingTooLarge(flag));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError('usage', `${flag} is not JSON: ${messageOf(error)}.`, {
      hint: `Put it in single quotes, as in ${flag} '{"a":1}', or in a file: ${flag} @payload.json`,
      cause: error,
    });
  }
}

/** A number beyond all that can be held would be sent as null. */
const refusingTooLarge =
  (flag: string): Reviver =>
  (_, value) => {
    if (value !== Infinity && value !== -Infinity) return value;
    throw new LabError('usage', `${flag} holds a number that is too large to be sent.`, {
      hint: 'DynamoDB takes numbers up to 1e126. Text, between double quotes, may be anything.',
    });
  };

async function readSource(flag: string, value: string): Promise<string> {
  if (!value.startsWith('@')) return value;
  try {
    return await readFile(value.slice(1), 'utf8');
  } catch (error) {
    throw new LabError('usage', `${flag} ${value} cannot be read: ${messageOf(error)}.`, {
      hint: `Give the JSON itself, or the path of a file: ${flag} @payload.json`,
      cause: error,
    });
  }
}

/**
 * `number=6` as a name and a value; the value is JSON where it can be, else text.
 * @throws LabError `usage` when there is no `=` or no name, or a number is too large
 */
export function assignments(flag: string, pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) {
        throw new LabError('usage', `${flag} ${pair} is not an assignment.`, {
          hint: `Write it as ${flag} name=value, such as ${flag} number=6`,
        });
      }
      return [pair.slice(0, cut), parseJson(pair.slice(cut + 1), refusingTooLarge(flag))];
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h` or `1d` as milliseconds. @throws LabError `usage` when it is none of these */
export function durationFlag(flag: string, value: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (ms > 0) return ms;
  throw new LabError('usage', `${flag} ${value} is not a time.`, {
    hint: `Give a number and a unit, such as ${flag} 90s, ${flag} 10m, ${flag} 2h or ${flag} 1d`,
  });
}

/** A stream has no end, and so no document. @throws LabError `usage` with `--json` */
export function refuseJson(flag: string, json: boolean): void {
  if (!json) return;
  throw new LabError('usage', `${flag} is a stream: there is no one document to print with --json.`, {
    hint: `Leave away ${flag} or --json.`,
  });
}
