import { describe, expect, test } from '@jest/globals';
import { BadRequest, toThrown } from '../../handler/errors.js';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The integration's response patterns (DESIGN 6) as Java reads them: there `.` stands for no line end at all. */
const JAVA_DOT = '[^\\n\\r\\u0085\\u2028\\u2029]';
const badRequestPattern = new RegExp(`^BadRequest: (\\n|${JAVA_DOT})*$`);
const faultPattern = new RegExp(`^(?!BadRequest: )(\\n|${JAVA_DOT})+$`);

describe('the caller’s fault', () => {
  test.each([
    new BadRequest('x'),
    named('ValidationException', 'Missing the key id in the item'),
    named('ConditionalCheckFailedException', 'The conditional request failed'),
    named('SerializationException', ''),
    named('ResourceNotFoundException', 'Requested resource not found'),
    named('ValidationException', 'two\nlines\r\nand\u2028more'),
    new TypeError('Cannot convert undefined or null to object'),
    new Error('Unsupported type passed: [object Object]'),
  ])('%s matches the pattern of 400', (error) => {
    const thrown = toThrown(error);
    expect(thrown.name).toBe('BadRequest');
    expect(thrown.message).toMatch(badRequestPattern);
  });
});

describe('any other error', () => {
  test.each([
    [
      named('AccessDeniedException', 'User: x is not authorized to perform: dynamodb:PutItem'),
      'AccessDeniedException',
    ],
    [named('ProvisionedThroughputExceededException', 'slow down'), 'ProvisionedThroughputExceededException'],
    [
      named('CredentialsProviderError', 'Unable to find environment variable credentials.'),
      'CredentialsProviderError',
    ],
    [Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }), 'TypeError'],
    [named('TimeoutError', ''), 'TimeoutError'],
    [named('InternalServerError', 'line\rline'), 'InternalServerError'],
    ['a string', 'Error'],
  ])('%s keeps its name and matches the pattern of 500', (error, name) => {
    const thrown = toThrown(error);
    expect(thrown.name).toBe(name);
    expect(thrown.message).toMatch(faultPattern);
  });
});
