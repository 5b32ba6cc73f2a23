import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { recordOf } from '../../src/local/record-of.js';
import { describeFailure, atMostLength } from '../../src/local/services/constraints.js';

const schema = recordOf(v.pipe(v.string(), atMostLength(11)), v.number());

describe('names that objects inherit', () => {
  const text = '{"constructor":1,"prototype":2,"__proto__":3,"toString":4}';

  test('are names like any other', () => {
    expect(JSON.stringify(v.parse(schema, JSON.parse(text)))).toBe(text);
  });

  test('are held to what they must be', () => {
    expect(v.is(schema, JSON.parse('{"__proto__":"text"}'))).toBe(false);
  });
});

test.each([[[]], ['text'], [null]])('%j is none', (value) => {
  expect(v.is(schema, value)).toBe(false);
});

test('what does not fit is told by its name', () => {
  const { issues = [] } = v.safeParse(v.object({ Tags: schema }), { Tags: { longerThanThat: 1 } });
  expect(describeFailure(issues, { quoteValues: true })).toEqual({
    kind: 'constraint',
    message: `1 validation error detected: Value 'longerThanThat' at 'tags.longerThanThat' failed to satisfy constraint: Member must have length less than or equal to 11`,
  });
});
