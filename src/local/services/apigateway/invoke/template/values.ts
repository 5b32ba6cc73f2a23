import { isBigNumber, isJsonArray, toJson, type BigNumber, type JsonArray } from './json-text.js';

/** Raised when a template cannot be rendered; the caller of the API gets a 500 for it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** `$input` and `$util`: what a template can ask, by name. */
export interface Host {
  property(name: string): Value;
  /** @throws TemplateError when there is no such method. */
  method(name: string, parameters: readonly Value[]): Value;
}

/** All that a template can hold. A list is a `JsonArray` when it came from JSON and a plain array when not. */
export type Value =
  undefined | null | boolean | number | BigNumber | string | Value[] | JsonArray | Map<string, Value> | Host;

export const isHost = (value: Value): value is Host =>
  typeof value === 'object' && value !== null && 'method' in value && 'property' in value;

export const isNothing = (value: Value): value is null | undefined => value === null || value === undefined;

/** Velocity 1.7: only null and false are false; an empty text and 0 are true. */
export const isTrue = (value: Value): boolean => !isNothing(value) && value !== false;

/**
 * What a template prints: Java's `toString`. Recorded (aws-facts 7.5): a JSON object prints as `{foo=bar}`, a JSON array
 * as JSON.
 */
export function print(value: Value): string {
  if (isNothing(value)) return 'null';
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${key}=${print(member)}`).join(', ')}}`;
  if (isJsonArray(value)) return toJson(value);
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (isBigNumber(value)) return value.digits;
  return isHost(value) ? '' : String(value);
}

export const numberOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value;
  return isBigNumber(value) ? Number(value.digits) : undefined;
};

/** Velocity 1.7: numbers by value, things of two kinds by how they print, null equal to null only. */
export function isEqual(left: Value, right: Value): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a === b;
  return print(left) === print(right);
}
