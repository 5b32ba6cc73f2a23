import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { atMostLength, describeFailure, fitting, oneOf, text } from '../../src/local/services/constraints.js';
import type { WireRequest } from '../../src/local/wire/http.js';
import { readForm } from '../../src/local/wire/query.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { postSigned } from '../_helpers/post-signed.js';

describe('a form', () => {
  const read = (body: string, query = ''): Record<string, unknown> => {
    const request: WireRequest = { method: 'POST', path: '/', query, headers: {}, body: Buffer.from(body) };
    return readForm(request);
  };

  test.each<[string, object]>([
    ['A=1&B=a%20b+c', { A: '1', B: 'a b c' }],
    ['A.member.1=x&A.member.2=y', { A: ['x', 'y'] }],
    ['A.member.2.K=y&A.member.10.K=z&A.member.1.K=x', { A: [{ K: 'x' }, { K: 'y' }, { K: 'z' }] }],
    ['A=', { A: '' }],
    ['A.B=1', { A: { B: '1' } }],
    ['A=1&A.B=2', { A: { B: '2' } }],
    ['A=%zz', { A: '%zz' }],
    ['', {}],
  ])('%s', (body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test('may be in the query', () => {
    expect(read('', 'Action=ListRoles')).toEqual({ Action: 'ListRoles' });
  });

  test.each(['__proto__', 'constructor', 'toString'])('may name a member %s without harm', (name) => {
    const form = read(`${name}.x=1&${name}.y.z=2&A=${name}`);

    expect(Object.keys(form)).toEqual([name, 'A']);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('deeper than any shape is not followed', () => {
    expect(read(`${'a.'.repeat(5000)}b=1&A=1`)).toEqual({ A: '1' });
  });
});

describe('what does not fit is told in the words of AWS', () => {
  const schema = v.object({
    Name: v.pipe(text(1, 3), fitting('[a-z]+')),
    Kind: v.exactOptional(v.pipe(v.string(), oneOf(['a', 'b']))),
    Items: v.exactOptional(v.array(v.object({ Key: v.pipe(v.string(), atMostLength(1)) }))),
    Path: v.exactOptional(v.pipe(v.string(), v.regex(/^\//, 'The specified value for path is invalid.'))),
  });
  const tell = (input: object, quoteValues = true): unknown => {
    const parsed = v.safeParse(schema, input);
    return parsed.success ? undefined : describeFailure(parsed.issues, { quoteValues });
  };
  const failed = (place: string, rule: string): object => ({
    kind: 'constraint',
    message: `1 validation error detected: Value ${place} failed to satisfy constraint: ${rule}`,
  });

  test.each<[object, object]>([
    [{}, failed("null at 'name'", 'Member must not be null')],
    [{ Name: 'abcd' }, failed("'abcd' at 'name'", 'Member must have length less than or equal to 3')],
    [{ Name: 'a', Kind: 'c' }, failed("'c' at 'kind'", 'Member must satisfy enum value set: [a, b]')],
    [
      { Name: 'a', Items: [{ Key: 'k' }, { Key: 'long' }] },
      failed("'long' at 'items.2.member.key'", 'Member must have length less than or equal to 1'),
    ],
    [
      { Name: 'a', Path: 'x' },
      { kind: 'constraint', message: 'The specified value for path is invalid.' },
    ],
    [{ Name: 1 }, { kind: 'shape' }],
    [{ Name: 'a', Items: 'x' }, { kind: 'shape' }],
  ])('%j', (input, expected) => {
    expect(tell(input)).toEqual(expected);
  });

  test('several at once are counted', () => {
    expect(tell({ Name: 'ABCD' })).toEqual({
      kind: 'constraint',
      message:
        "2 validation errors detected: Value 'ABCD' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3; Value 'ABCD' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    });
  });

  test('IAM leaves the value out', () => {
    expect(tell({ Name: 'abcd' }, false)).toEqual(
      failed("at 'name'", 'Member must have length less than or equal to 3'),
    );
  });
});

describe('over the wire', () => {
  let aws: TestAws;
  beforeAll(async () => {
    aws = await startTestAws();
  });
  afterAll(() => aws.stop());

  const post = (service: string, body: string, target?: string): ReturnType<typeof postSigned> =>
    postSigned(aws, { service, body, headers: target === undefined ? {} : { 'x-amz-target': target } });

  test.each([['not json'], ['[]'], ['null'], ['"x"'], ['['.repeat(100_000)]])(
    'Logs answers a body that is no JSON object with SerializationException: %.12s',
    async (body) => {
      const answer = await post('logs', body, 'Logs_20140328.DescribeLogGroups');

      expect(answer).toEqual({ status: 400, body: '{"__type":"SerializationException"}' });
    },
  );

  test('Logs answers a member of another type with SerializationException', async () => {
    const answer = await post('logs', '{"limit":"x"}', 'Logs_20140328.DescribeLogGroups');

    expect(answer.body).toBe('{"__type":"SerializationException"}');
  });

  test.each([
    ['Logs_20140328.StartQuery'],
    ['Logs_19990101.DescribeLogGroups'],
    ['Logs_20140328.constructor'],
  ])('Logs names an operation that it does not serve: %s', async (target) => {
    expect((await post('logs', '{}', target)).body).toContain('UnknownOperationException');
  });

  test.each([['Action=Unheard'], ['Version=2010-05-08'], ['Action.x=1']])(
    'IAM names an action that it does not serve: %s',
    async (body) => {
      expect(await post('iam', body)).toEqual({
        status: 400,
        body: expect.stringContaining('<Code>InvalidAction</Code>'),
      });
    },
  );

  test('IAM answers a structure in the place of a list with MalformedInput', async () => {
    const answer = await post('iam', 'Action=UntagRole&RoleName=r&TagKeys.x=1');

    expect(answer).toEqual({ status: 400, body: expect.stringContaining('<Code>MalformedInput</Code>') });
  });

  test('XML holds what XML cannot hold only as a replacement', async () => {
    const name = encodeURIComponent('<a>&"\u0000');

    const { body } = await post('sts', `Action=AssumeRole&RoleArn=${name}&RoleSessionName=xy`);

    expect(body).toContain('&lt;a&gt;&amp;&quot;\uFFFD');
  });
});
