/**
 * JSON as Java reads it: members in the order of the text, numbers with all their digits. JavaScript's own objects would
 * put number-like names first and round what a double cannot hold.
 */

/** Raised for text that is not JSON. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

/** A number whose text JavaScript's own would not give back. */
export interface BigNumber {
  readonly digits: string;
}

/** A list that came from JSON: it prints as JSON. */
export interface JsonArray extends Array<JsonValue> {
  readonly isJson: true;
}

export type JsonValue = null | boolean | number | BigNumber | string | JsonArray | Map<string, JsonValue>;

export function jsonArray(values: Iterable<JsonValue> = []): JsonArray {
  const items: JsonValue[] = [];
  for (const value of values) items.push(value);
  return Object.assign(items, { isJson: true as const });
}

export const isJsonArray = (value: unknown): value is JsonArray => Array.isArray(value) && 'isJson' in value;

export const isBigNumber = (value: unknown): value is BigNumber =>
  typeof value === 'object' && value !== null && 'digits' in value;

const MAX_DEPTH = 500;
/**
 * More than an event of a function has (6 MB) when it is made of rows. Each takes about a microsecond and up to 250 bytes: a
 * body of 10 MB that is `{},{},…` would stand the server still for five seconds, and take a gigabyte.
 */
const MAX_VALUES = 500_000;

const TOKEN =
  /\s*(?:([{}[\],:])|("[^"\\]*(?:\\[\s\S][^"\\]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** @throws JsonTextError */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  readonly #token = new RegExp(TOKEN.source, TOKEN.flags);
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new JsonTextError('JSON is nested too deeply');
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new JsonTextError('JSON holds too many values');
    const { mark, string, number, word } = this.#next();
    if (string !== undefined) return unquote(string);
    if (number !== undefined) return String(Number(number)) === number ? Number(number) : { digits: number };
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    if (mark === '{') return this.#object(depth);
    if (mark === '[') return this.#array(depth);
    throw new JsonTextError(`Unexpected ${mark ?? 'end'}`);
  }

  end(): void {
    if (this.#text.slice(this.#token.lastIndex).trim() !== '') throw new JsonTextError('Text after the JSON');
  }

  #object(depth: number): Map<string, JsonValue> {
    const object = new Map<string, JsonValue>();
    if (this.#take('}')) return object;
    do {
      const { string } = this.#next();
      if (string === undefined || !this.#take(':')) throw new JsonTextError('A member needs a name');
      object.set(unquote(string), this.value(depth + 1));
    } while (this.#take(','));
    if (!this.#take('}')) throw new JsonTextError('An object is not closed');
    return object;
  }

  #array(depth: number): JsonArray {
    const array = jsonArray();
    if (this.#take(']')) return array;
    do array.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw new JsonTextError('An array is not closed');
    return array;
  }

  #take(mark: string): boolean {
    const before = this.#token.lastIndex;
    if (this.#token.exec(this.#text)?.[1] === mark) return true;
    this.#token.lastIndex = before;
    return false;
  }

  #next(): Partial<Record<'mark' | 'string' | 'number' | 'word', string>> {
    const match = this.#token.exec(this.#text);
    if (!match) throw new JsonTextError('Unexpected character');
    const [, mark, string, number, word] = match;
    return {
      ...(mark !== undefined && { mark }),
      ...(string !== undefined && { string }),
      ...(number !== undefined && { number }),
      ...(word !== undefined && { word }),
    };
  }
}

function unquote(literal: string): string {
  try {
    const text: unknown = JSON.parse(literal);
    if (typeof text === 'string') return text;
  } catch {
    // An escape that JSON does not know.
  }
  throw new JsonTextError('A string is not valid');
}
