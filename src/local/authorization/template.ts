/** What placeholders are filled from: an operation's input, and a few facts of the world under the same names. */
export type Facts = Readonly<Record<string, unknown>>;

/** Turns a member's text into the part of an ARN, such as a function's ARN into its name. */
export type Shaping = (text: string) => string;

/**
 * Fills a template such as `table/{TableName:table}` and gives all texts that it stands for.
 *
 * - `{Name}` is a member of the facts; `{Put.TableName}` one inside another; `{Items.*}` each item of a list or each key
 *   of a map at the end of a path; `{a|b}` the first that is there.
 * - `:shape` after the name passes the text through a shaping.
 * - `=text` after that is what stands there when the member is missing; without it a missing member is `*`, and a
 *   missing list gives no text at all.
 */
export function fillTemplate(
  template: string,
  facts: Facts,
  shapings: Readonly<Record<string, Shaping>>,
): readonly string[] {
  const [, before = '', inner, after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/s.exec(template) ?? [];
  if (inner === undefined) return [template];
  const rests = fillTemplate(after, facts, shapings);
  return fillPlaceholder(inner, facts, shapings).flatMap((text) => rests.map((rest) => before + text + rest));
}

function fillPlaceholder(
  inner: string,
  facts: Facts,
  shapings: Readonly<Record<string, Shaping>>,
): readonly string[] {
  const [, names = '', shape, fallback] = /^([^:=]*)(?::(\w+))?(?:=(.*))?$/s.exec(inner) ?? [];
  const paths = names.split('|').map((name) => name.split('.'));
  const shaping = shape === undefined ? undefined : shapings[shape];
  for (const path of paths) {
    const found = textsAt(facts, path);
    if (found.length > 0) return [...new Set(shaping ? found.map(shaping) : found)];
  }
  if (names.includes('*')) return [];
  return [fallback ?? '*'];
}

function textsAt(value: unknown, path: readonly string[]): readonly string[] {
  const [head, ...rest] = path;
  if (head === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (head !== '*') {
    return Object.hasOwn(value, head) ? textsAt(Reflect.get(value, head), rest) : [];
  }
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, rest));
  return rest.length === 0 ? Object.keys(value) : Object.values(value).flatMap((item) => textsAt(item, rest));
}
