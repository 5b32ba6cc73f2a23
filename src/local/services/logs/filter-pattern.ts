import { invalidParameter } from './errors.js';

/**
 * Reads a filter pattern of terms (CloudWatch Logs user guide, "filter pattern syntax"): all plain terms must be in the
 * message, none of those with `-`, and at least one of those with `?`. A phrase stands in double quotes.
 * @throws AwsError for patterns on JSON, on columns and for regular expressions, which are not served.
 */
export function readFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[]/.test(text) || /^%.*%$/s.test(text)) {
    throw invalidParameter(
      'Invalid filter pattern: the local AWS serves patterns of terms, not of JSON, columns or regular expressions.',
    );
  }
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/gs)].map(
    ([, sign, phrase, word]) => ({
      sign,
      text: phrase === undefined ? (word ?? '') : phrase.replace(/\\(.)/gs, '$1'),
    }),
  );
  const withSign = (sign: string): string[] =>
    terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [needed, forbidden, either] = [withSign(''), withSign('-'), withSign('?')];
  return (message) =>
    needed.every((term) => message.includes(term)) &&
    !forbidden.some((term) => message.includes(term)) &&
    (either.length === 0 || either.some((term) => message.includes(term)));
}
