/** Raised for a schema that refers to nothing, or that takes more work than any real one. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

interface Tools {
  /** Schemas as JSON text, by name. */
  readonly models: ReadonlyMap<string, string>;
  /** Whether a part of a text fits a pattern. */
  readonly matches: (text: string, pattern: string) => boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** One schema within the document that its `#/…` references mean. */
interface Place {
  readonly schema: unknown;
  readonly document: unknown;
}

const MAX_STEPS = 200_000;
const MAX_DEPTH = 200;

/** Decides whether a value fits a model: JSON Schema draft 4, as API Gateway has it. */
export function createSchemaCheck(tools: Tools): (model: string, value: unknown) => boolean {
  const documents = new Map<string, unknown>();
  const documentOf = (name: string): unknown => {
    const text = tools.models.get(name);
    if (text === undefined) throw new SchemaError(`No model ${name}`);
    const document = documents.get(name) ?? (JSON.parse(text) as unknown);
    documents.set(name, document);
    return document;
  };
  const resolve = (reference: unknown, { document }: Place): Place => {
    const [url = '', pointer = ''] = String(reference).split('#');
    const target = url === '' ? document : documentOf(url.split('/').at(-1) ?? '');
    const schema = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((at, key) => (isObject(at) ? own(at, unescape(key)) : undefined), target);
    if (schema === undefined) throw new SchemaError(`Nothing at ${String(reference)}`);
    return { schema, document: target };
  };
  let steps = 0;
  const step = (depth = 0): void => {
    steps += 1;
    if (steps > MAX_STEPS || depth > MAX_DEPTH) throw new SchemaError('Too much work');
  };
  const fits = (place: Place, value: unknown, depth: number): boolean => {
    step(depth);
    const { schema } = place;
    if (!isObject(schema)) return schema !== false;
    const within = (part: unknown, of: unknown): boolean => fits({ ...place, schema: part }, of, depth + 1);
    if (schema['$ref'] !== undefined) return fits(resolve(schema['$ref'], place), value, depth + 1);
    return (
      fitsType(schema, value) &&
      fitsNumber(schema, value) &&
      fitsText(schema, value, tools) &&
      fitsList(schema, value, within, step) &&
      fitsObject(schema, value, within, tools) &&
      fitsCombination(schema, value, within)
    );
  };
  return (model, value) => {
    const document = documentOf(model);
    return fits({ schema: document, document }, value, 0);
  };
}

type Within = (schema: unknown, value: unknown) => boolean;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const own = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
const unescape = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
/** Whether a bound that may be absent holds. */
const holds = (bound: unknown, test: (bound: number) => boolean): boolean =>
  typeof bound !== 'number' || test(bound);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  null: (value) => value === null,
  number: (value) => typeof value === 'number',
  object: isObject,
  string: (value) => typeof value === 'string',
};

function fitsType({ type, enum: values }: Json, value: unknown): boolean {
  const types = typeof type === 'string' ? [type] : listOf(type);
  const known = types.length === 0 || types.some((each) => TYPES[String(each)]?.(value));
  return known && (!Array.isArray(values) || values.some((each) => same(each, value)));
}

/**
 * Equality of JSON values; the order of an object's members does not count. Goes no further than what is wanted does: the
 * value is the caller's, and may be as long and as deep as a body.
 */
function same(wanted: unknown, value: unknown): boolean {
  if (Array.isArray(wanted)) {
    const items = Array.isArray(value) ? value : undefined;
    return items?.length === wanted.length && wanted.every((each, index) => same(each, items[index]));
  }
  if (!isObject(wanted)) return value === wanted;
  const names = Object.keys(wanted);
  return (
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && same(wanted[name], value[name]))
  );
}

/**
 * A text that is the same for values that are the same. `step` is told of each value in it.
 * @throws SchemaError for one that is nested too deep to be written; and what `step` throws
 */
function canonical(value: unknown, step: () => void): string {
  const sorted = (_: string, each: unknown): unknown => {
    step();
    if (!isObject(each)) return each;
    return Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  try {
    return JSON.stringify(value, sorted);
  } catch (error) {
    if (error instanceof RangeError) throw new SchemaError('Too deep');
    throw error;
  }
}

function fitsNumber(schema: Json, value: unknown): boolean {
  if (typeof value !== 'number') return true;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  return (
    holds(minimum, (least) => (exclusiveMinimum === true ? value > least : value >= least)) &&
    holds(maximum, (most) => (exclusiveMaximum === true ? value < most : value <= most)) &&
    holds(multipleOf, (unit) => isMultiple(value, unit))
  );
}

/** As decimals: 0.29 is 29 times 0.01, though floating point says a little less. */
function isMultiple(value: number, unit: number): boolean {
  const ratio = value / unit;
  return (
    Number.isFinite(ratio) && Math.abs(ratio - Math.round(ratio)) <= 4 * Number.EPSILON * Math.abs(ratio)
  );
}

function fitsText({ minLength, maxLength, pattern }: Json, value: unknown, { matches }: Tools): boolean {
  if (typeof value !== 'string') return true;
  const length = Array.from(value).length;
  return (
    holds(minLength, (least) => length >= least) &&
    holds(maxLength, (most) => length <= most) &&
    (typeof pattern !== 'string' || matches(value, pattern))
  );
}

function fitsList(schema: Json, value: unknown, within: Within, step: () => void): boolean {
  if (!Array.isArray(value)) return true;
  const { items, additionalItems, minItems, maxItems, uniqueItems } = schema;
  const schemaAt = (index: number): unknown =>
    Array.isArray(items) ? (index < items.length ? items[index] : additionalItems) : items;
  return (
    holds(minItems, (least) => value.length >= least) &&
    holds(maxItems, (most) => value.length <= most) &&
    (uniqueItems !== true || new Set(value.map((each) => canonical(each, step))).size === value.length) &&
    value.every((item, index) => within(schemaAt(index), item))
  );
}

function fitsObject(schema: Json, value: unknown, within: Within, { matches }: Tools): boolean {
  if (!isObject(value)) return true;
  const { properties, patternProperties, additionalProperties, dependencies } = schema;
  const { required, minProperties, maxProperties } = schema;
  const names = Object.keys(value);
  const has = (name: unknown): boolean => Object.hasOwn(value, String(name));
  const schemasOf = (name: string): unknown[] => {
    const named = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
    const found = entriesOf(patternProperties).flatMap(([pattern, each]) =>
      matches(name, pattern) ? [each] : [],
    );
    return [...named, ...found];
  };
  return (
    listOf(required).every(has) &&
    holds(minProperties, (least) => names.length >= least) &&
    holds(maxProperties, (most) => names.length <= most) &&
    entriesOf(dependencies).every(
      ([name, needs]) => !has(name) || (Array.isArray(needs) ? needs.every(has) : within(needs, value)),
    ) &&
    names.every((name) => {
      const schemas = schemasOf(name);
      const asked = schemas.length > 0 ? schemas : [additionalProperties];
      return asked.every((each) => within(each, value[name]));
    })
  );
}

function fitsCombination({ allOf, anyOf, oneOf, not }: Json, value: unknown, within: Within): boolean {
  const one = (each: unknown): boolean => within(each, value);
  return (
    listOf(allOf).every(one) &&
    (!Array.isArray(anyOf) || anyOf.some(one)) &&
    (!Array.isArray(oneOf) || oneOf.filter(one).length === 1) &&
    (not === undefined || !one(not))
  );
}
