import { BadRequest } from './errors.js';

/** The members of a document call that hold attribute values. */
const DOCUMENTS = ['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'];

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A payload as the document client can take it. What is null counts as not given, so that DynamoDB names what is missing.
 * @throws BadRequest for what would not reach the table as it was sent.
 */
export function toDocument(payload: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(payload).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (!DOCUMENTS.includes(name)) return [name, checked(value)];
      if (!isObject(value)) throw new BadRequest(`"${name}" must be an object`);
      return [
        name,
        Object.fromEntries(Object.entries(value).map(([key, each]) => [nameOf(key), toAttribute(each)])),
      ];
    }),
  );
}

/** The document client tells kinds apart by `constructor`, so an object with a member of that name goes as a Map. */
function toAttribute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toAttribute);
  if (!isObject(value)) return checked(value);
  const members = Object.entries(value).map(([key, each]) => [nameOf(key), toAttribute(each)] as const);
  return Object.hasOwn(value, 'constructor') ? new Map(members) : Object.fromEntries(members);
}

function checked(value: unknown): unknown {
  if (typeof value === 'number') return exact(value);
  if (Array.isArray(value)) value.forEach(checked);
  else if (isObject(value)) Object.entries(value).forEach(([key, each]) => [nameOf(key), checked(each)]);
  return value;
}

/**
 * Lambda has parsed the JSON: of a whole number beyond this limit nobody knows any more what it was. (Nor of a
 * fraction with more than 17 digits, but that cannot be seen.)
 */
function exact(value: number): number {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw new BadRequest(
    `A number beyond ${Number.MAX_SAFE_INTEGER} cannot be passed on exactly: ${value}. Send it as a string`,
  );
}

/** The document client would lose an attribute of this name without a word. */
function nameOf(key: string): string {
  if (key === '__proto__') throw new BadRequest('An attribute cannot be named __proto__');
  return key;
}

/** A result as plain JSON: without SDK metadata, sets as arrays, binary as base64. */
export function toPlain(result: object): unknown {
  return plain(Object.fromEntries(Object.entries(result).filter(([name]) => name !== '$metadata')));
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return value;
}

/** A number of DynamoDB's, which has up to 38 digits: as a number if JavaScript holds just that value, else as it is written. */
export function plainNumber(text: string): number | string {
  const number = Number(text);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER && digitsOf(String(number)) === digitsOf(text)
    ? number
    : text;
}

/** A decimal in one form: sign, significant digits and power of ten. */
function digitsOf(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${sign === '-' ? '-' : ''}${significant}e${power}`;
}
