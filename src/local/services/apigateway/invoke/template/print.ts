import { isBigNumber, isJsonArray } from './json-text.js';
import { isHost, isNothing, numberOf, type Value } from './values.js';
import { Work } from './work.js';

/**
 * What a template prints: Java's `toString`. Recorded (aws-facts 7.5): a JSON object prints as `{foo=bar}`, a JSON array
 * as JSON. @throws TemplateError when it is too much.
 */
export function print(value: Value, work = new Work()): string {
  if (typeof value === 'string') return value;
  const printer = new Printer(work);
  printer.plain(value);
  return printer.text;
}

/** JSON on one line, as `$input.json` prints it. @throws TemplateError when it is too much. */
export function toJson(value: Value, work: Work): string {
  const printer = new Printer(work);
  printer.json(value);
  return printer.text;
}

/** Velocity 1.7: numbers by value, things of two kinds by how they print, null equal to null only. */
export function isEqual(left: Value, right: Value, work: Work): boolean {
  work.values();
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a === b;
  const [first, second] = [print(left, work), print(right, work)];
  if (first.length !== second.length) return false;
  work.characters(first.length);
  return first === second;
}

/** Writes values one after another, and stops where it becomes too much. */
class Printer {
  readonly #parts: string[] = [];
  #length = 0;

  constructor(private readonly work: Work) {}

  get text(): string {
    return this.#parts.join('');
  }

  plain(value: Value): void {
    this.work.values();
    if (isJsonArray(value)) this.json(value);
    else if (Array.isArray(value)) {
      this.#row('[]', ', ', value, (each) => this.plain(each));
    } else if (value instanceof Map) {
      this.#row('{}', ', ', value, ([key, member]) => {
        this.#write(`${key}=`);
        this.plain(member);
      });
    } else this.#write(plainText(value));
  }

  json(value: Value): void {
    this.work.values();
    if (Array.isArray(value)) {
      this.#row('[]', ',', value, (each) => this.json(each));
    } else if (value instanceof Map) {
      this.#row('{}', ',', value, ([name, member]) => {
        this.#write(`${JSON.stringify(name)}:`);
        this.json(member);
      });
    } else this.#write(jsonText(value));
  }

  #row<T>(
    [open = '', close = '']: string,
    comma: string,
    items: Iterable<T>,
    write: (item: T) => void,
  ): void {
    let isFirst = true;
    this.#write(open);
    for (const item of items) {
      if (!isFirst) this.#write(comma);
      isFirst = false;
      write(item);
    }
    this.#write(close);
  }

  #write(text: string): void {
    this.work.characters(text.length);
    this.#length += text.length;
    this.work.text(this.#length);
    this.#parts.push(text);
  }
}

type Scalar = Exclude<Value, Value[] | Map<string, Value>>;

function plainText(value: Scalar): string {
  if (isBigNumber(value)) return value.digits;
  return isHost(value) ? '' : String(value ?? null);
}

function jsonText(value: Scalar): string {
  if (isBigNumber(value)) return value.digits;
  return isHost(value) ? '{}' : JSON.stringify(value ?? null);
}
