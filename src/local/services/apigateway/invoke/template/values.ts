import { isBigNumber, type BigNumber, type JsonArray } from './json-text.js';
import type { Work } from './work.js';

/** `$input` and `$util`: what a template can ask, by name. */
export interface Host {
  property(name: string): Value;
  /** @throws TemplateError when there is no such method. */
  method(name: string, parameters: readonly Value[], work: Work): Value;
}

/** All that a template can hold. A list is a `JsonArray` when it came from JSON and a plain array when not. */
export type Value =
  undefined | null | boolean | number | BigNumber | string | Value[] | JsonArray | Map<string, Value> | Host;

export const isHost = (value: Value): value is Host =>
  typeof value === 'object' && value !== null && 'method' in value && 'property' in value;

export const isNothing = (value: Value): value is null | undefined => value === null || value === undefined;

/** Velocity 1.7: only null and false are false; an empty text and 0 are true. */
export const isTrue = (value: Value): boolean => !isNothing(value) && value !== false;

export const numberOf = (value: Value): number | undefined => {
  if (typeof value === 'number') return value;
  return isBigNumber(value) ? Number(value.digits) : undefined;
};
