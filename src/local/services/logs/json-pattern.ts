import { invalidParameter } from './errors.js';

/** Whether a parsed message fits. */
type Condition = (message: unknown) => boolean;

/** `$.a.b[0]` as the keys on the way; `["a b"]` is a key as well. */
const SELECTOR = /^\$(?:\.[\w-]+|\.?\[(?:\d+|"[^"]*"|'[^']*')\])+/;
const KEY = /\.?([\w-]+)|\.?\["([^"]*)"\]|\.?\['([^']*)'\]|\.?\[(\d+)\]/g;
const OPERATOR = /^(?:>=|<=|!=|=|>|<)/;
const STATE = /^(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)\b/i;
const QUOTED = /^"((?:[^"\\]|\\.)*)"/s;
const WORD = /^[^\s()&|{}"%]+/;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * Reads a filter pattern on JSON (CloudWatch Logs user guide, "filter pattern syntax"): comparisons of what selectors
 * find, joined by `&&` and `||`, the former first. A message that is no JSON does not fit.
 * @throws AwsError when it is none, or has a regular expression in it.
 */
export function readJsonPattern(pattern: string): (message: string) => boolean {
  const reader = new Reader(pattern);
  reader.expect('{');
  const condition = reader.alternatives();
  reader.expect('}');
  reader.end();
  return (message) => {
    try {
      return condition(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

/** Walks through the pattern; each method takes what it stands for. Patterns are at most 1024 characters long. */
class Reader {
  #rest: string;

  constructor(pattern: string) {
    this.#rest = pattern.trim();
  }

  alternatives(): Condition {
    const all = [this.#conjunction()];
    while (this.#take('||')) all.push(this.#conjunction());
    return (message) => all.some((condition) => condition(message));
  }

  expect(text: string): void {
    if (!this.#take(text)) throw invalidPattern();
  }

  end(): void {
    if (this.#rest !== '') throw invalidPattern();
  }

  #conjunction(): Condition {
    const all = [this.#comparison()];
    while (this.#take('&&')) all.push(this.#comparison());
    return (message) => all.every((condition) => condition(message));
  }

  #comparison(): Condition {
    if (this.#take('(')) {
      const inner = this.alternatives();
      this.expect(')');
      return inner;
    }
    const keys = keysOf(this.#match(SELECTOR)?.[0] ?? '');
    if (keys.length === 0) throw invalidPattern();
    const state = this.#match(STATE)?.[1];
    if (state !== undefined) return (message) => isInState(select(message, keys), state);
    const operator = this.#match(OPERATOR)?.[0];
    const quoted = this.#match(QUOTED)?.[1];
    const value = quoted?.replace(/\\(.)/gs, '$1') ?? this.#match(WORD)?.[0];
    if (operator === undefined || value === undefined) throw invalidPattern();
    const number = quoted === undefined && NUMBER.test(value) ? Number(value) : undefined;
    if (number === undefined && operator !== '=' && operator !== '!=') throw invalidPattern();
    return (message) => compare(select(message, keys), operator, number ?? value);
  }

  #take(text: string): boolean {
    if (!this.#rest.startsWith(text)) return false;
    this.#rest = this.#rest.slice(text.length).trimStart();
    return true;
  }

  #match(expression: RegExp): RegExpExecArray | null {
    const found = expression.exec(this.#rest);
    if (found) this.#rest = this.#rest.slice(found[0].length).trimStart();
    return found;
  }
}

const keysOf = (selector: string): string[] =>
  [...selector.slice(1).matchAll(KEY)].map(
    ([, name, double, single, index]) => name ?? double ?? single ?? index ?? '',
  );

/** What is found there; undefined when nothing is. */
const select = (message: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? new Map<string, unknown>(Object.entries(value)).get(key)
        : undefined,
    message,
  );

function isInState(value: unknown, state: string): boolean {
  const wanted = state.toUpperCase().replace(/\s+/g, ' ');
  if (wanted === 'NOT EXISTS') return value === undefined;
  if (wanted === 'IS NULL') return value === null;
  return value === (wanted === 'IS TRUE');
}

/** What is not there, or of another kind, neither equals nor differs; `*` is any text and any number (`{ $.latency = * }`). */
function compare(value: unknown, operator: string, wanted: string | number): boolean {
  if (wanted === '*' && typeof value === 'number') return operator === '=';
  if (typeof wanted === 'string') {
    if (typeof value !== 'string') return false;
    return like(value, wanted) === (operator === '=');
  }
  if (typeof value !== 'number') return false;
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '<':
      return value < wanted;
    default:
      return value <= wanted;
  }
}

/** `*` stands for any run of characters. */
function like(text: string, pattern: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}

const invalidPattern = (): Error => invalidParameter('Invalid filter pattern');
