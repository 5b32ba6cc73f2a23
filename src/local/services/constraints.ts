import * as v from 'valibot';

/**
 * The constraints of AWS's service models as schema parts, and the sentence that the services make of those that an
 * input breaks (aws-facts 2.2, 9): "1 validation error detected: Value 'x' at 'limit' failed to satisfy constraint: …".
 */
export const atLeastLength = (length: number) =>
  v.minLength<string, number, string>(length, `Member must have length greater than or equal to ${length}`);

export const atMostLength = (length: number) =>
  v.maxLength<string, number, string>(length, `Member must have length less than or equal to ${length}`);

export const atLeast = (value: number) =>
  v.minValue<number, number, string>(value, `Member must have value greater than or equal to ${value}`);

export const atMost = (value: number) =>
  v.maxValue<number, number, string>(value, `Member must have value less than or equal to ${value}`);

/** `source` is the pattern in AWS's spelling; it must fit the whole text. */
export const fitting = (source: string) =>
  v.regex<string, string>(
    new RegExp(`^(?:${source})$`, 'u'),
    `Member must satisfy regular expression pattern: ${source}`,
  );

export const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, `Member must satisfy enum value set: [${values.join(', ')}]`);

/** A text of `from` to `to` characters. */
export const text = (from: number, to: number) => v.pipe(v.string(), atLeastLength(from), atMostLength(to));

/** How a service words what does not fit. */
export type ConstraintFailure =
  | { readonly kind: 'constraint'; readonly message: string }
  /** The input has another shape than the service's model: a text where a list belongs. */
  | { readonly kind: 'shape' };

/**
 * Puts what does not fit into AWS's words. A message of a schema's own that does not begin with `Member must` is taken
 * as the whole sentence. `quoteValues: false` leaves the offending value out, as IAM does.
 */
export function describeFailure(
  issues: readonly v.BaseIssue<unknown>[],
  options: { quoteValues: boolean },
): ConstraintFailure {
  const broken: string[] = [];
  for (const issue of issues) {
    const phrase = phraseOf(issue);
    if (phrase === undefined) return { kind: 'shape' };
    if (!phrase.startsWith('Member must')) return { kind: 'constraint', message: phrase };
    const value = options.quoteValues ? ` ${quoted(issue)}` : '';
    broken.push(`Value${value} at '${placeOf(issue)}' failed to satisfy constraint: ${phrase}`);
  }
  const noun = broken.length === 1 ? 'error' : 'errors';
  return {
    kind: 'constraint',
    message: `${broken.length} validation ${noun} detected: ${broken.join('; ')}`,
  };
}

function phraseOf(issue: v.BaseIssue<unknown>): string | undefined {
  if (issue.received === 'undefined' || issue.received === 'null') return 'Member must not be null';
  return VALIBOTS_OWN.test(issue.message) ? undefined : issue.message;
}

/** A message that no schema here has written: the input is of another type. */
const VALIBOTS_OWN = /^Invalid \w+: (Expected .* but r|R)eceived /s;

function quoted(issue: v.BaseIssue<unknown>): string {
  const { received, input } = issue;
  if (received === 'undefined' || received === 'null') return 'null';
  return `'${printed(input)}'`;
}

/** The services print values as Java does: `[x86_64, arm64]`. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `Tags[1].Key` as `tags.2.member.key`: lower camel case, list positions from 1. */
function placeOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .flatMap(({ key }) => (typeof key === 'number' ? [String(key + 1), 'member'] : [lowerFirst(String(key))]))
    .join('.');
}

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);
