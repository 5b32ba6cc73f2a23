import { describe, expect, test } from '@jest/globals';
import { plainNumber, toDocument, toPlain } from '../../handler/plain-json.js';

test.each([
  ['5', 5],
  ['-0.5', -0.5],
  ['0', 0],
  ['0.1', 0.1],
  ['0.0000001', 1e-7],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', '9007199254740992'],
  ['-9007199254740993', '-9007199254740993'],
  ['100000000000000000000', '100000000000000000000'],
  ['0.12345678901234567890', '0.12345678901234567890'],
  ['3.14159265358979323846264338327950288419', '3.14159265358979323846264338327950288419'],
  ['1E+125', '1E+125'],
  ['1E-130', 1e-130],
  ['12300E-2', 123],
])('the number %s becomes %p', (text, result) => {
  expect(plainNumber(text)).toBe(result);
});

test('a result loses metadata, and sets and binary become plain JSON', () => {
  const result = {
    $metadata: { httpStatusCode: 200 },
    Items: [
      { id: '1', tags: new Set(['b', 'a']), blobs: new Set([Uint8Array.of(1)]), blob: Uint8Array.of(0, 255) },
    ],
    LastEvaluatedKey: { id: '1' },
    ConsumedCapacity: { CapacityUnits: 0.5 },
    Count: 1,
  };
  expect(toPlain(result)).toEqual({
    Items: [{ id: '1', tags: ['b', 'a'], blobs: ['AQ=='], blob: 'AP8=' }],
    LastEvaluatedKey: { id: '1' },
    ConsumedCapacity: { CapacityUnits: 0.5 },
    Count: 1,
  });
});

describe('a payload', () => {
  test('goes on as it is', () => {
    const payload = {
      Item: { id: '1', list: [1, { a: null }] },
      ExpressionAttributeNames: { '#c': 'constructor' },
    };
    expect(toDocument(payload)).toEqual(payload);
  });

  test('with an inner member "constructor" goes on in a form that the document client understands', () => {
    const { Item } = toDocument({
      Item: { id: '1', constructor: 'x', inner: { constructor: { name: 'Set' } } },
    });
    expect(Item).toEqual({ id: '1', constructor: 'x', inner: new Map([['constructor', { name: 'Set' }]]) });
  });
});
