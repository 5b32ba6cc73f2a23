import type { $SchemaRef } from '@smithy/types';
import { NormalizedSchema } from '@smithy/core/schema';
import fc, { type Arbitrary } from 'fast-check';

/** Names that things of the test already have, so that calls get past "not found", by the members that take them. */
export type KnownNames = Readonly<Record<string, readonly string[]>>;

/** The deepest that a shape is followed: DynamoDB's AttributeValue holds itself. */
const MAX_DEPTH = 5;

/** What the shape asks for, mostly; at every place sometimes what it does not. */
export function valuesOf(schema: $SchemaRef, known: KnownNames): Arbitrary<unknown> {
  return valueOf(NormalizedSchema.of(schema), { known, name: '', depth: 0 });
}

/** A valid input with one to three places changed: deeper in than what is made up gets. */
export function variantsOf(example: object): Arbitrary<unknown> {
  const places = placesIn(example, []);
  const change = fc.tuple(fc.constantFrom(...places), fc.option(fc.oneof(JUNK, TEXT, NUMBER), { freq: 5 }));
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>((input, [path, value]) => changed(input, path, value), example),
    );
}

type Path = readonly string[];

const placesIn = (value: unknown, path: Path): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [[...path, key], ...placesIn(item, [...path, key])])
    : [];

/** `value` with `leaf` at the place; without the place when `leaf` is null. */
function changed(value: unknown, [head, ...rest]: Path, leaf: unknown): unknown {
  if (head === undefined) return leaf;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (key !== head) return [[key, item]];
    return rest.length === 0 && leaf === null ? [] : [[key, changed(item, rest, leaf)]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

interface Place {
  readonly known: KnownNames;
  /** Of the member that the value is for. */
  readonly name: string;
  readonly depth: number;
}

function valueOf(schema: NormalizedSchema, place: Place): Arbitrary<unknown> {
  if (place.depth > MAX_DEPTH) return JUNK;
  return fc.oneof({ weight: 40, arbitrary: fitting(schema, place) }, { weight: 1, arbitrary: JUNK });
}

function fitting(schema: NormalizedSchema, place: Place): Arbitrary<unknown> {
  const below = { ...place, depth: place.depth + 1 };
  if (schema.isStructSchema()) return structure(schema, below);
  if (schema.isListSchema()) return fc.array(valueOf(schema.getValueSchema(), below), { maxLength: 3 });
  if (schema.isMapSchema()) {
    const entry = fc.tuple(textFor(place), valueOf(schema.getValueSchema(), below));
    return fc.array(entry, { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
  }
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema() || schema.isTimestampSchema()) return NUMBER;
  if (schema.isBlobSchema()) return fc.base64String({ maxLength: 40 });
  return textFor(place);
}

/** Required members are nearly always there, others now and then, and sometimes one that no shape has. */
function structure(schema: NormalizedSchema, place: Place): Arbitrary<unknown> {
  const members = [...schema.structIterator()];
  if (schema.isUnionSchema()) {
    return fc
      .oneof(...members.map(([name, member]) => entry(name, member, place)))
      .map((one) => Object.fromEntries([one]));
  }
  const required = requiredMembers(schema);
  const optional = members.map(([name, member]) => {
    const probability = required.has(name) ? 96 : name in place.known ? 50 : 20;
    return maybe(entry(name, member, place), probability);
  });
  const stranger = maybe(fc.tuple(fc.constantFrom(...PROTOTYPE_KEYS), JUNK), 4);
  return fc.tuple(...optional, stranger).map((entries) => Object.fromEntries(entries.flat()));
}

const entry = (name: string, member: NormalizedSchema, place: Place): Arbitrary<[string, unknown]> =>
  valueOf(member, { ...place, name }).map((value) => [name, value]);

const maybe = <T>(arbitrary: Arbitrary<T>, percent: number): Arbitrary<T[]> =>
  fc.tuple(fc.nat({ max: 99 }), arbitrary).map(([chance, value]) => (chance < percent ? [value] : []));

/** A structure's static schema has the names of its members, those that are required first, and how many these are. */
function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  const raw: readonly unknown[] = [schema.getSchema()].flat();
  const [names, , count] = raw.slice(4);
  return new Set(Array.isArray(names) ? names.slice(0, Number(count ?? 0)).map(String) : []);
}

function textFor({ known, name }: Place): Arbitrary<string> {
  const names = known[name];
  if (!names) return TEXT;
  return fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: TEXT });
}

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length'];

const TEXT = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z]{1,8}$/) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...PROTOTYPE_KEYS,
      '',
      ' ',
      '.',
      '..',
      '/',
      '//',
      '*',
      '%',
      '%00',
      '\u0000',
      '\ud800',
      '9'.repeat(40),
      'x'.repeat(5000),
      '('.repeat(200),
      '[{"'.repeat(100),
      'arn:aws:lambda:us-east-1:000000000000:function:fuzz',
      'arn:aws:iam::000000000000:role/fuzz',
      'arn:::::',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      '{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
      '{"Statement":{"__proto__":1}}',
      '${__proto__.constructor}',
      '$input.path($util)',
      '#set($a = $a.b.c)#foreach($x in [1..9])$x#end',
      '/throttle/rateLimit',
      '/*/*/logging/loglevel',
      '/a~1b/~0/__proto__',
      'SET #a = :a, b.c[0] = list_append(:a, :b) REMOVE __proto__',
      '1e999',
      '-1',
      'true',
      'null',
    ),
  },
);

const NUMBER = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 20 }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1e308, 1e21, 2 ** 31, 2 ** 53, 0.1) },
);

const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);

const JUNK: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { S: null }, nested(3000)),
  TEXT,
  NUMBER,
  fc.jsonValue({ maxDepth: 3 }),
  fc
    .dictionary(fc.constantFrom(...PROTOTYPE_KEYS), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
    .map((entries) => ({ ...entries })),
);
