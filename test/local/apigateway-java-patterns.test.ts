import { describe, expect, test } from '@jest/globals';
import { createPatterns, PatternError } from '../../src/local/services/apigateway/invoke/java-regex.js';
import { createTimeBox, TimeBoxError } from '../../src/local/time-box.js';

const patterns = (pattern: string) => createPatterns(createTimeBox())()(pattern);

describe('a Java pattern', () => {
  test.each([
    ['Invalid.*', 'Invalid input', true],
    ['Invalid', 'Invalid input', false],
    ['.*bad.*', 'a bad thing', true],
    ['.*bad.*', 'a bad\nthing', false],
    ['(\\n|.)+', 'a bad\nthing', true],
    ['(?s).*bad.*', 'a bad\nthing', true],
    ['(?i)error', 'ERROR', true],
    ['BadRequest: (\\n|.)*', 'BadRequest: x\ny', true],
    ['(?!BadRequest: )(\\n|.)+', 'BadRequest: x', false],
    ['\\Q[400]\\E.*', '[400] no', true],
    ['.*\\[400\\].*', 'Error: [400] no', true],
    ['\\A\\p{Upper}\\p{Alpha}++\\z', 'Error', true],
    ['[\\p{Digit}x]+', '12x', true],
    ['\\P{Digit}+', 'abc', true],
    ['(?>a|ab)c', 'ac', true],
    ['a{2}+b', 'aab', true],
    ['[+*]+', '++', true],
    ['\\x{41}\\h', 'A\t', true],
    ['', '', true],
    ['.*', '', true],
    ['.+', '', false],
  ])('%j against %j: %j', (pattern, text, expected) => {
    expect(patterns(pattern).matches(text)).toBe(expected);
  });

  test.each(['(', '[', '\\p{Nonsense}', 'a'.repeat(5000)])('%j is refused', (pattern) => {
    expect(() => patterns(pattern)).toThrow(PatternError);
  });

  test('replaces with groups and takes a backslash as an escape', () => {
    expect(patterns('(\\d+)').replaceAll('a1b22', '<$1>\\$')).toBe('a<1>$b<22>$');
  });

  test.each([
    ['(a)(b)', '$2$1$0', 'ba' + 'ab'],
    ['(a)(b)', '$11', 'a1'],
    ['(a)(b)', '\\\\$1', '\\a'],
    ['(a)(b)', '$', '$'],
    ['(a)|(ab)c', '[$1$2]', '[a]b'],
  ])('%j replaced by %j makes of "ab" %j', (pattern, replacement, expected) => {
    expect(patterns(pattern).replaceAll('ab', replacement)).toBe(expected);
  });

  test('refuses a group that there is not, and a result without measure', () => {
    expect(() => patterns('a').replaceAll('a', '$3')).toThrow(PatternError);
    expect(() => patterns('a').replaceAll('a'.repeat(60_000), 'b'.repeat(60_000))).toThrow(PatternError);
  });

  test('shares its time with the others of one rendering', () => {
    const taken: number[] = [];
    const opened = createPatterns((milliseconds) => {
      taken.push(milliseconds);
      throw new TimeBoxError('took all of it');
    })();
    expect(() => opened('x').matches('y')).toThrow(PatternError);
    expect(taken).toEqual([250]);
  });

  test('gives up when it would take for ever', () => {
    expect(() => patterns('(a+)+b').matches('a'.repeat(60))).toThrow(PatternError);
  });
});
