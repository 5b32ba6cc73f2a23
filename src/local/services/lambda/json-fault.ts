/**
 * What Lambda says of an event that is not JSON: the words and places are those of its parser, Jackson, which reads
 * bytes (reports: alexcasalboni/aws-lambda-power-tuning#148, podaac/hydrocron#64, aws-quickstart/quickstart-git2s3#11).
 * @returns undefined for what Jackson has nothing against.
 */
export function jsonFault(payload: Buffer): string | undefined {
  try {
    new Scanner(payload).read();
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error.message;
    throw error;
  }
}

class JsonFault extends Error {}

type Context = 'root' | 'Array' | 'Object';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const MAX_TOKEN = 256;
const MAX_DEPTH = 1000;

class Scanner {
  readonly #bytes: Buffer;
  /** What is read next. */
  #at = 0;
  /** Of what is open: where it began. */
  readonly #open: { readonly context: Context; readonly start: number }[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): void {
    this.#space();
    this.#value();
    this.#space();
    if (this.#at < this.#bytes.length) this.#unexpectedValue();
  }

  get #context(): Context {
    return this.#open.at(-1)?.context ?? 'root';
  }

  #value(): void {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#fail(`Unexpected end-of-input${this.#between()}`);
    const character = String.fromCharCode(byte);
    if (character === '{') this.#object();
    else if (character === '[') this.#array();
    else if (character === '"') this.#string('VALUE_STRING');
    else if (character === '-' || isDigit(byte)) this.#number();
    else if (!this.#literal()) this.#unexpectedValue();
  }

  #object(): void {
    this.#enter('Object');
    if (this.#closes('}')) return;
    for (;;) {
      if (this.#peek() === undefined) this.#fail(`Unexpected end-of-input${this.#between()}`);
      if (this.#peek() !== '"') this.#unexpected('was expecting double-quote to start field name');
      this.#string('field name');
      this.#space();
      if (this.#peek() === undefined) this.#fail(`Unexpected end-of-input${this.#between()}`);
      if (this.#peek() !== ':') this.#unexpected('was expecting a colon to separate field name and value');
      this.#at += 1;
      this.#space();
      this.#value();
      if (this.#closes('}')) return;
      this.#comma();
    }
  }

  #array(): void {
    this.#enter('Array');
    if (this.#closes(']')) return;
    for (;;) {
      this.#value();
      if (this.#closes(']')) return;
      this.#comma();
    }
  }

  #enter(context: Context): void {
    this.#open.push({ context, start: this.#at });
    if (this.#open.length > MAX_DEPTH) {
      this.#fail(
        `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
      );
    }
    this.#at += 1;
  }

  #closes(mark: string): boolean {
    this.#space();
    const next = this.#peek();
    if (next === undefined) {
      const start = this.#open.at(-1)?.start ?? 0;
      this.#fail(
        `Unexpected end-of-input: expected close marker for ${this.#context} (start marker at ${this.#place(start)})`,
      );
    }
    if (next !== mark) return false;
    this.#at += 1;
    this.#open.pop();
    return true;
  }

  #comma(): void {
    if (this.#peek() !== ',') {
      this.#refuseMark();
      this.#unexpected(`was expecting comma to separate ${this.#context} entries`);
    }
    this.#at += 1;
    this.#space();
  }

  /** The end of what is not open. */
  #refuseMark(): void {
    const mark = this.#peek();
    if (mark !== '}' && mark !== ']') return;
    if (mark === '}' && this.#context === 'Object') return;
    const expected = mark === '}' ? ']' : '}';
    const start = this.#open.at(-1)?.start ?? -1;
    this.#at += 1;
    this.#fail(
      `Unexpected close marker '${mark}': expected '${expected}' (for ${this.#context} starting at ${this.#place(start)})`,
    );
  }

  #string(what: string): void {
    this.#at += 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.#fail(`Unexpected end-of-input in ${what}`);
      if (byte < 32) {
        const inside = what === 'field name' ? 'name' : 'string value';
        this.#fail(
          `Illegal unquoted character (${described(byte)}): has to be escaped using backslash to be included in ${inside}`,
        );
      }
      this.#character();
      if (byte === 0x22) return;
      if (byte === 0x5c) this.#escape();
    }
  }

  #escape(): void {
    const next = this.#peek();
    if (next === undefined) this.#fail('Unexpected end-of-input in character escape sequence');
    if (!'"\\/bfnrtu'.includes(next)) {
      this.#fail(`Unrecognized character escape ${described(next.charCodeAt(0))}`);
    }
    this.#at += 1;
    for (let digits = next === 'u' ? 4 : 0; digits > 0; digits -= 1) {
      if (!/[\da-f]/i.test(this.#peek() ?? '')) {
        this.#unexpected('expected a hex-digit for character escape sequence');
      }
      this.#at += 1;
    }
  }

  #number(): void {
    if (this.#peek() === '-') {
      this.#at += 1;
      this.#digits('expected digit (0-9) to follow minus sign, for valid numeric value');
    } else this.#digits('');
    if (this.#peek() === '.') {
      this.#at += 1;
      this.#digits('Decimal point not followed by a digit', true);
    }
    if (/e/i.test(this.#peek() ?? '')) {
      this.#at += 1;
      if (/[+-]/.test(this.#peek() ?? '')) this.#at += 1;
      this.#digits('Exponent indicator not followed by a digit', true);
    }
    if (this.#context === 'root' && /[^\s]/.test(this.#peek() ?? ' ')) {
      this.#unexpected('Expected space separating root-level values');
    }
  }

  #digits(missing: string, withZeros = false): void {
    const start = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at += 1;
    if (this.#at === start) this.#unexpected(missing, ' in numeric value');
    if (withZeros || this.#at === start + 1 || this.#bytes[start] !== 0x30) return;
    this.#at = start + 2;
    this.#fail('Invalid numeric value: Leading zeroes not allowed');
  }

  /** `true`, `false`, `null`, or what looks like a word. */
  #literal(): boolean {
    const start = this.#at;
    const isWord = /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u.test(String.fromCharCode(this.#bytes[start] ?? 0));
    if (!isWord) return false;
    const known = ['true', 'false', 'null'].find(
      (each) => this.#bytes.toString('latin1', start, start + each.length) === each,
    );
    let word = known ?? String.fromCharCode(this.#bytes[start] ?? 0);
    this.#at += word.length;
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      const before = this.#at;
      const character = this.#character();
      if (!/[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}]/u.test(character)) {
        if (word === known) this.#at = before;
        break;
      }
      word += character;
      if (word.length < MAX_TOKEN) continue;
      word += '...';
      break;
    }
    if (word === known) return true;
    if (word === 'NaN') {
      this.#fail("Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
    }
    this.#fail(`Unrecognized token '${word}': was expecting ${VALUES}`);
  }

  /** One character of more than one byte, if need be. */
  #character(): string {
    const start = this.#at;
    const first = this.#bytes[start] ?? 0;
    this.#at += 1;
    if (first < 0x80) return String.fromCharCode(first);
    const more = LEADS.findIndex(([mask, lead]) => (first & mask) === lead) + 1;
    if (more === 0) this.#fail(`Invalid UTF-8 start byte 0x${first.toString(16)}`);
    for (let left = more; left > 0; left -= 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.#fail('Unexpected end-of-input in VALUE_STRING');
      this.#at += 1;
      if ((byte & 0xc0) !== 0x80) this.#fail(`Invalid UTF-8 middle byte 0x${byte.toString(16)}`);
    }
    return this.#bytes.toString('utf8', start, this.#at);
  }

  #space(): void {
    for (let byte = this.#bytes[this.#at]; byte !== undefined && byte <= 32; byte = this.#bytes[this.#at]) {
      if (![0x20, 0x0a, 0x0d, 0x09].includes(byte)) {
        this.#fail(
          String.raw`Illegal character (${described(byte)}): only regular white space (\r, \n, \t) is allowed between tokens`,
        );
      }
      this.#at += 1;
    }
  }

  /** A byte of ASCII, or of something longer, as the character of its number. */
  #peek(): string | undefined {
    const byte = this.#bytes[this.#at];
    return byte === undefined ? undefined : String.fromCharCode(byte);
  }

  #between(): string {
    return this.#context === 'root' ? '' : ` within/between ${this.#context} entries`;
  }

  #unexpectedValue(): never {
    const atStart = this.#context !== 'Array' || this.#peek() !== ']';
    if (atStart) this.#refuseMark();
    this.#unexpected(`expected a valid value ${VALUES}`);
  }

  #unexpected(comment: string, where = ''): never {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#fail(`Unexpected end-of-input${where ? ' in a Number value' : ''}`);
    this.#fail(`Unexpected character (${described(byte)})${where}: ${comment}`);
  }

  /** Where Jackson stands: at the character that it wonders at, or behind what it took. */
  #fail(message: string): never {
    throw new JsonFault(`${message}\n at ${this.#place(this.#at)}`);
  }

  #place(at: number): string {
    const before = this.#bytes.subarray(0, Math.max(0, at));
    const line = before.filter((byte) => byte === 0x0a).length + 1;
    const column = at - before.lastIndexOf(0x0a);
    return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
  }
}

/** Of characters of two, three and four bytes. */
const LEADS = [
  [0xe0, 0xc0],
  [0xf0, 0xe0],
  [0xf8, 0xf0],
] as const;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const described = (byte: number): string =>
  byte < 32 || (byte > 126 && byte < 160)
    ? `(CTRL-CHAR, code ${byte})`
    : `'${String.fromCharCode(byte)}' (code ${byte})`;
