import { describe, expect, test } from '@jest/globals';
import { createPatterns, PatternError } from '../../src/local/services/apigateway/invoke/java-regex.js';
import { createTimeBox } from '../../src/local/services/apigateway/invoke/time-box.js';

const patterns = createPatterns(createTimeBox());

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

  test('gives up when it would take for ever', () => {
    expect(() => patterns('(a+)+b').matches('a'.repeat(60))).toThrow(PatternError);
  });
});
