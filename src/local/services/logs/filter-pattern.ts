import { invalidParameter } from './errors.js';
import { readJsonPattern } from './json-pattern.js';

/**
 * Reads a filter pattern of terms (CloudWatch Logs user guide, "filter pattern syntax"): all plain terms must be in the
 * message, and none of those with `-`; where there are neither, at least one of those with `?`, which AWS ignores beside
 * others. A phrase stands in double quotes.
 * What stands in curly brackets is a pattern on JSON.
 * @throws AwsError for patterns on columns and for regular expressions, which are not served.
 */
export function readFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text.startsWith('[') || /%.*%/s.test(text)) {
    throw invalidParameter(
      'Invalid filter pattern: the local AWS serves patterns of terms and of JSON, not of columns or regular expressions.',
    );
  }
  if (text.startsWith('{')) return readJsonPattern(text);
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/gs)].map(
    ([, sign, phrase, word]) => ({
      sign,
      text: phrase === undefined ? (word ?? '') : phrase.replace(/\\(.)/gs, '$1'),
    }),
  );
  const withSign = (sign: string): string[] =>
    terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [needed, forbidden, either] = [withSign(''), withSign('-'), withSign('?')];
  if (needed.length + forbidden.length === 0 && either.length > 0) {
    return (message) => either.some((term) => message.includes(term));
  }
  return (message) =>
    needed.every((term) => message.includes(term)) && !forbidden.some((term) => message.includes(term));
}
