import * as apiGateway from '@aws-sdk/client-api-gateway';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';

/** The SDK's numbers for kinds of shapes; a list or a map of a simple kind is that kind with a bit set. */
const OPERATION = 9;
const SIMPLE_KIND = 63;
const BLOB = 21;
const BEYOND_JSON = { document: 15, bigInteger: 17, bigDecimal: 19 };

/** The simple kinds of all that a shape holds. */
function kindsIn(shape: unknown, kinds = new Set<number>(), seen = new Set<unknown>()): Set<number> {
  if (typeof shape === 'function') return kindsIn((shape as () => unknown)(), kinds, seen);
  if (typeof shape === 'number') return kinds.add(shape & SIMPLE_KIND);
  if (!Array.isArray(shape) || seen.has(shape)) return kinds;
  seen.add(shape);
  for (const part of partsOf(shape)) kindsIn(part, kinds, seen);
  return kinds;
}

/** `[kind, namespace, name, traits, …]`, or a shape with the traits of the member that has it. */
function partsOf(shape: readonly unknown[]): readonly unknown[] {
  if (typeof shape[1] !== 'string') return shape.slice(0, 1);
  const [, , , , first, second] = shape;
  // A structure or a union: names and shapes of its members. Else what a list, a map or a named simple shape is of.
  return Array.isArray(first) && Array.isArray(second) ? second : [first, second];
}

const kindsOfAnswers = (client: object): Set<number> => {
  const exported: unknown[] = Object.values(client);
  const operations = exported.filter((each) => Array.isArray(each) && each[0] === OPERATION) as unknown[][];
  return new Set(operations.flatMap(([, , , , , answer]) => [...kindsIn(answer)]));
};

describe('the build reads answers without regard to numbers beyond JavaScript’s', () => {
  test.each(Object.entries({ apiGateway, logs, dynamoDb, iam, lambda, sts }))('%s has none', (_, client) => {
    const kinds = kindsOfAnswers(client);

    expect(kinds.size).toBeGreaterThan(1);
    for (const kind of Object.values(BEYOND_JSON)) expect(kinds).not.toContain(kind);
  });

  test('and all that an answer holds is looked at: an attribute of an item can be binary', () => {
    expect(kindsOfAnswers(dynamoDb)).toContain(BLOB);
  });
});
