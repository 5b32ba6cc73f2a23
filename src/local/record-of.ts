import * as v from 'valibot';

/** Not a list, whose places would be taken for names. */
const isObject = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/**
 * An object whose names are the caller's. valibot's own `record` leaves out what is called `constructor`, `prototype` or
 * `__proto__`, without a word: a tag may well be called so. Here each is a property of its own like any other.
 */
export const recordOf = <K extends v.GenericSchema<string, string>, V extends v.GenericSchema>(
  name: K,
  value: V,
) =>
  v.pipe(
    v.custom<Readonly<Record<string, v.InferInput<V>>>>(isObject),
    v.transform((object) => new Map(Object.entries(object))),
    v.map(name, value),
    v.transform((entries): Record<string, v.InferOutput<V>> => Object.fromEntries(entries)),
  );
