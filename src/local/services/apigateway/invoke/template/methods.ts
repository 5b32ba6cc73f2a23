import { PatternError, type JavaPattern } from '../java-regex.js';
import { isEqual, print } from './print.js';
import type { Rendering } from './rendering.js';
import { isHost, numberOf, type Value } from './values.js';
import { TemplateError, type Work } from './work.js';

const MAX_ITEMS = 100_000;

type Parameters = readonly Value[];

/**
 * Calls a method of Java's String, List, Map, Integer or Boolean, or one of ours ($input, $util). A method that does not
 * exist gives nothing, as in Velocity.
 */
export function callMethod(rendering: Rendering, target: Value, name: string, parameters: Parameters): Value {
  const result = call(rendering, target, name, parameters);
  if (typeof result === 'string') rendering.work.text(result.length);
  return result;
}

function call(rendering: Rendering, target: Value, name: string, parameters: Parameters): Value {
  const { work } = rendering;
  if (isHost(target)) return target.method(name, parameters, work);
  if (name === 'toString') return print(target, work);
  if (name === 'equals') return isEqual(target, parameters[0], work);
  if (typeof target === 'string') return stringMethod(rendering, target, name, parameters);
  if (target instanceof Map) return mapMethod(work, target, name, parameters);
  if (Array.isArray(target)) return listMethod(work, target, name, parameters);
  return numberMethod(target, name);
}

function numberMethod(target: Value, name: string): Value {
  const number = numberOf(target);
  if (number === undefined) return undefined;
  if (name === 'intValue' || name === 'longValue') return Math.trunc(number);
  return name === 'doubleValue' ? number : undefined;
}

function stringMethod(rendering: Rendering, text: string, name: string, parameters: Parameters): Value {
  const [first, second] = parameters;
  const { work } = rendering;
  const argument = print(first, work);
  const place = (value: Value): number => Math.min(Math.max(numberOf(value) ?? 0, 0), text.length);
  work.characters(text.length + argument.length);
  switch (name) {
    case 'length':
      return text.length;
    case 'isEmpty':
      return text === '';
    case 'isBlank':
      return text.trim() === '';
    case 'equalsIgnoreCase':
      return text.toLowerCase() === argument.toLowerCase();
    case 'contains':
      return text.includes(argument);
    case 'startsWith':
      return text.startsWith(argument);
    case 'endsWith':
      return text.endsWith(argument);
    case 'indexOf':
      return text.indexOf(argument, place(second));
    case 'lastIndexOf':
      return text.lastIndexOf(argument);
    case 'charAt':
      return cut(text, numberOf(first), (numberOf(first) ?? 0) + 1);
    case 'substring':
      return cut(text, numberOf(first), second === undefined ? text.length : numberOf(second));
    case 'toLowerCase':
      return text.toLowerCase();
    case 'toUpperCase':
      return text.toUpperCase();
    case 'trim':
    case 'strip':
      return text.trim();
    case 'concat':
      work.text(text.length + argument.length);
      return text + argument;
    case 'compareTo':
      return text < argument ? -1 : Number(text > argument);
    case 'replace':
      return replaceAll(work, text, { search: argument, replacement: print(second, work) });
    default:
      return patternMethod(rendering, text, name, parameters);
  }
}

/** @throws TemplateError for a place outside of the text: Java throws there, and with it the whole template fails. */
function cut(text: string, from = 0, to = 0): string {
  if (from >= 0 && from <= to && to <= text.length) return text.slice(from, to);
  throw new TemplateError(`There is no ${from} to ${to} in a text of ${text.length} characters.`);
}

/** Knows how long the result will be before it makes it. */
function replaceAll(
  work: Work,
  text: string,
  { search, replacement }: { search: string; replacement: string },
): string {
  const count = occurrences(text, search);
  const length = text.length + count * (replacement.length - search.length);
  work.text(length);
  work.characters(length);
  return text.replaceAll(search, () => replacement);
}

function occurrences(text: string, search: string): number {
  if (search === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + search.length)) count += 1;
  return count;
}

function patternMethod(rendering: Rendering, text: string, name: string, [first, second]: Parameters): Value {
  const { work } = rendering;
  const use = <T>(act: (pattern: JavaPattern) => T): T => {
    try {
      return act(rendering.pattern(print(first, work)));
    } catch (cause) {
      if (cause instanceof PatternError) throw new TemplateError(cause.message, { cause });
      throw cause;
    }
  };
  // A use of a pattern costs a time box, so it counts for more than a step.
  work.step(200);
  switch (name) {
    case 'matches':
      return use((pattern) => pattern.matches(text));
    case 'replaceAll':
      return use((pattern) => pattern.replaceAll(text, print(second, work)));
    case 'replaceFirst':
      return use((pattern) => pattern.replaceFirst(text, print(second, work)));
    case 'split':
      return use((pattern) => pattern.split(text));
    default:
      return undefined;
  }
}

function listMethod(work: Work, list: Value[], name: string, [first, second]: Parameters): Value {
  const place = numberOf(first) ?? -1;
  switch (name) {
    case 'size':
      return list.length;
    case 'isEmpty':
      return list.length === 0;
    case 'get':
      return place >= 0 ? list[place] : undefined;
    case 'contains':
      return list.some((each) => isEqual(each, first, work));
    case 'indexOf':
      return list.findIndex((each) => isEqual(each, first, work));
    case 'add':
      grow(work, list, [first]);
      return true;
    case 'addAll':
      grow(work, list, Array.isArray(first) ? first : []);
      return true;
    case 'set':
      if (place < 0 || place >= list.length) return undefined;
      return exchange(list, place, second);
    case 'remove':
      work.values(list.length >> 6);
      return typeof first === 'number' && place >= 0 ? list.splice(place, 1)[0] : undefined;
    case 'subList':
      work.values(list.length);
      return list.slice(Math.max(place, 0), numberOf(second));
    default:
      return undefined;
  }
}

function exchange(list: Value[], place: number, value: Value): Value {
  const before = list[place];
  list[place] = value;
  return before;
}

function grow(work: Work, list: Value[], added: readonly Value[]): void {
  work.values(added.length);
  if (list.length + added.length > MAX_ITEMS) throw new TemplateError('A list of the template is too long.');
  for (const each of [...added]) list.push(each);
}

function mapMethod(work: Work, map: Map<string, Value>, name: string, [first, second]: Parameters): Value {
  const key = print(first, work);
  switch (name) {
    case 'size':
      return map.size;
    case 'isEmpty':
      return map.size === 0;
    case 'get':
      return map.get(key);
    case 'getOrDefault':
      return map.has(key) ? map.get(key) : second;
    case 'containsKey':
      return map.has(key);
    case 'containsValue':
      return [...map.values()].some((each) => isEqual(each, first, work));
    case 'keySet':
      work.values(map.size);
      return [...map.keys()];
    case 'values':
      work.values(map.size);
      return [...map.values()];
    case 'entrySet':
      work.values(map.size);
      return [...map].map(
        ([entryKey, value]) =>
          new Map([
            ['key', entryKey],
            ['value', value],
          ]),
      );
    case 'put':
      return put(map, key, second);
    case 'putAll':
      if (!(first instanceof Map)) return undefined;
      work.values(first.size);
      for (const [name, value] of first) put(map, name, value);
      return undefined;
    case 'remove': {
      const before = map.get(key);
      map.delete(key);
      return before;
    }
    default:
      return propertyGetter(map, name);
  }
}

/** Gives back what was there before, as Java's does. */
function put(map: Map<string, Value>, key: string, value: Value): Value {
  if (map.size >= MAX_ITEMS) throw new TemplateError('A map of the template is too large.');
  const before = map.get(key);
  map.set(key, value);
  return before;
}

/** `$entry.getKey()`: Java's spelling of `$entry.key`. */
function propertyGetter(map: Map<string, Value>, name: string): Value {
  const property = /^get([A-Z].*)$/.exec(name)?.[1];
  return property === undefined ? undefined : map.get(property.charAt(0).toLowerCase() + property.slice(1));
}
