import { describe, expect, test } from '@jest/globals';
import { conditionsHold } from '../../src/local/authorization/conditions.js';
import {
  allowsService,
  decide,
  parsePolicy,
  trustOf,
  type Decision,
} from '../../src/local/authorization/policy.js';
import { fits, fitsArn } from '../../src/local/authorization/wildcard.js';

describe('a pattern', () => {
  test.each([
    ['*', 'anything', true],
    ['', '', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['a.c', 'abc', false],
    ['A', 'a', false],
    ['**a', 'a', true],
  ])('%s against %s: %p', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  test('made to be slow comes to an end', () => {
    expect(fits('*a'.repeat(2000), 'a'.repeat(1999) + 'b')).toBe(false);
  });

  test('for ARNs has stars that stay in their own part', () => {
    expect(fitsArn('arn:aws:s3:*:b', 'arn:aws:s3:::b')).toBe(false);
    expect(fitsArn('arn:aws:*:*:*:b:*', 'arn:aws:s3:r:1:b:c:d')).toBe(true);
  });
});

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/t';
const allow = (change: object): object => ({
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: '*',
  ...change,
});
const deny = (change: object): object => ({ ...allow(change), Effect: 'Deny' });

describe('policies decide on dynamodb:PutItem on a table', () => {
  test.each<[string, object[], Decision]>([
    ['nothing', [], 'not-allowed'],
    ['an Allow of the action', [allow({ Action: 'dynamodb:PutItem' })], 'allowed'],
    ['an Allow in another case', [allow({ Action: 'DynamoDB:putitem' })], 'allowed'],
    ['an Allow by wildcard', [allow({ Action: ['s3:*', 'dynamodb:Put*'] })], 'allowed'],
    ['an Allow of another action', [allow({ Action: 'dynamodb:GetItem' })], 'not-allowed'],
    [
      'an Allow of everything else',
      [{ Effect: 'Allow', NotAction: 'dynamodb:PutItem', Resource: '*' }],
      'not-allowed',
    ],
    ['an Allow of everything but IAM', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allowed'],
    ['an Allow on the table', [allow({ Resource: table })], 'allowed'],
    ['an Allow on tables by wildcard', [allow({ Resource: 'arn:aws:dynamodb:*:*:table/?' })], 'allowed'],
    ['an Allow on another table', [allow({ Resource: `${table}2` })], 'not-allowed'],
    ['an Allow on a table in another case', [allow({ Resource: table.toUpperCase() })], 'not-allowed'],
    ['an Allow on all but the table', [{ Effect: 'Allow', Action: '*', NotResource: table }], 'not-allowed'],
    ['a Deny beside an Allow', [allow({}), deny({})], 'denied'],
    [
      'a Deny of another action beside an Allow',
      [allow({}), deny({ Action: 'dynamodb:GetItem' })],
      'allowed',
    ],
    ['an Allow whose condition holds', [allow({ Condition: { StringEquals: { 'aws:x': 'y' } } })], 'allowed'],
    [
      'an Allow whose condition fails',
      [allow({ Condition: { StringEquals: { 'aws:x': 'z' } } })],
      'not-allowed',
    ],
    ['a policy variable', [allow({ Resource: 'arn:aws:dynamodb:*:*:table/${aws:table}' })], 'allowed'],
    [
      'an unknown policy variable',
      [allow({ Resource: 'arn:aws:dynamodb:*:*:table/${aws:other}' })],
      'not-allowed',
    ],
  ])('%s', (_what, statements, expected) => {
    const documents = statements.map((Statement) => parsePolicy({ Statement }));
    const context = { 'aws:x': 'y', 'aws:table': 't' };

    expect(decide(documents, { action: 'dynamodb:PutItem', resource: table, context })).toBe(expected);
  });
});

describe('a condition', () => {
  const facts = {
    'aws:Name': 'Ana',
    'aws:Number': '10',
    'aws:Flag': 'true',
    'aws:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:abc/Prod/POST/x',
    'aws:SourceIp': '127.0.0.1',
    'aws:CurrentTime': '2026-11-22T20:58:37Z',
    'aws:TagKeys': ['team', 'cost'],
  };

  test.each<[string, string, string | string[], boolean]>([
    ['StringEquals', 'aws:Name', 'Ana', true],
    ['StringEquals', 'AWS:NAME', ['Ben', 'Ana'], true],
    ['StringEquals', 'aws:Name', 'ana', false],
    ['StringEqualsIgnoreCase', 'aws:Name', 'ana', true],
    ['StringNotEquals', 'aws:Name', ['Ana', 'Ben'], false],
    ['StringNotEquals', 'aws:Missing', 'Ana', true],
    ['StringLike', 'aws:Name', 'A*', true],
    ['StringNotLike', 'aws:Name', 'A*', false],
    ['StringEquals', 'aws:Missing', 'Ana', false],
    ['StringEqualsIfExists', 'aws:Missing', 'Ana', true],
    ['StringEqualsIfExists', 'aws:Name', 'Ben', false],
    ['ForAllValues:StringEquals', 'aws:Missing', 'Ana', true],
    ['ForAnyValue:StringEquals', 'aws:Name', 'Ana', true],
    ['ForAnyValue:StringEquals', 'aws:Missing', 'Ana', false],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:execute-api:us-east-1:000000000000:abc/*/POST/x', true],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:execute-api:*:*:abc/*', true],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:execute-api:*:*:abc/*', false],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:execute-api:us-east-1:000000000000:other/*', false],
    ['Bool', 'aws:Flag', 'true', true],
    ['Bool', 'aws:Flag', 'false', false],
    ['NumericLessThan', 'aws:Number', '9', false],
    ['NumericLessThanEquals', 'aws:Number', '10', true],
    ['NumericGreaterThan', 'aws:Number', '9', true],
    ['NumericEquals', 'aws:Number', '10.0', true],
    ['NumericNotEquals', 'aws:Number', '10', false],
    ['DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', true],
    ['DateGreaterThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', false],
    ['IpAddress', 'aws:SourceIp', '127.0.0.0/8', true],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', false],
    ['NotIpAddress', 'aws:SourceIp', '127.0.0.1', false],
    ['Null', 'aws:Missing', 'true', true],
    ['Null', 'aws:Name', 'true', false],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'cost', 'more'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'team', false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'cost', true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'other', false],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'other', true],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'team', false],
    ['StringEquals', 'aws:Name', '${aws:Name}', true],
    ['StringEquals', 'aws:Name', "${aws:Missing, 'Ana'}", true],
    ['StringEquals', 'aws:Name', '${aws:Missing}', false],
    ['StringEquals', 'aws:Name', '${aws:TagKeys}', false],
    ['Unheard', 'aws:Name', 'Ana', false],
    ['constructor', 'aws:Name', 'Ana', false],
  ])('%s of %s with %j: %p', (operator, key, wanted, expected) => {
    const condition = { [operator]: { [key]: Array.isArray(wanted) ? wanted : [wanted] } };

    expect(conditionsHold(condition, facts)).toBe(expected);
  });

  test('must hold in all its parts', () => {
    const condition = { StringEquals: { 'aws:Name': ['Ana'] }, Bool: { 'aws:Flag': ['false'] } };

    expect(conditionsHold(condition, facts)).toBe(false);
  });
});

describe('a function policy', () => {
  const resource = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const policy = parsePolicy({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [
      {
        Sid: 'api',
        Effect: 'Allow',
        Principal: { Service: 'apigateway.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: resource,
        Condition: {
          ArnLike: { 'AWS:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:abc/*/POST/x' },
        },
      },
    ],
  });
  const call = {
    service: 'apigateway.amazonaws.com',
    action: 'lambda:InvokeFunction',
    resource,
    context: { 'aws:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:abc/Prod/POST/x' },
  };

  test.each([
    ['the API that it names', {}, true],
    [
      'another API',
      { context: { 'aws:SourceArn': 'arn:aws:execute-api:us-east-1:000000000000:zzz/Prod/POST/x' } },
      false,
    ],
    ['nobody in particular', { context: {} }, false],
    ['another service', { service: 'events.amazonaws.com' }, false],
    ['another action', { action: 'lambda:GetFunction' }, false],
    ['another function', { resource: `${resource}2` }, false],
  ])('lets in %s: %p', (_who, change, expected) => {
    expect(allowsService(policy, { ...call, ...change })).toBe(expected);
  });
});

describe('a trust policy', () => {
  const account = '000000000000';
  const role = `arn:aws:iam::${account}:role/r`;
  const ask = (Statement: object) =>
    trustOf(parsePolicy({ Statement }), {
      action: 'sts:AssumeRole',
      resource: 'arn:aws:iam::000000000000:role/target',
      context: {},
      account,
      arns: [role],
    });
  const trusting = (AWS: string, change = {}): object => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action: 'sts:AssumeRole',
    ...change,
  });

  test.each<[string, object, string]>([
    ['the caller by name', trusting(role), 'allowed principal'],
    ['anybody', trusting('*'), 'allowed principal'],
    ['his account by number', trusting(account), 'allowed account'],
    ['his account by its root', trusting(`arn:aws:iam::${account}:root`), 'allowed account'],
    ['somebody else', trusting(`${role}2`), 'not-allowed account'],
    [
      'only services',
      { ...trusting(role), Principal: { Service: 'lambda.amazonaws.com' } },
      'not-allowed account',
    ],
    ['nobody of his account', trusting(account, { Effect: 'Deny' }), 'denied account'],
  ])('that trusts %s', (_who, statement, expected) => {
    const { decision, through } = ask(statement);

    expect(`${decision} ${through}`).toBe(expected);
  });
});

test.each([
  ['a text', 'x'],
  ['no statement', {}],
  ['a statement without an effect', { Statement: [{ Action: '*', Resource: '*' }] }],
  ['an action that is a number', { Statement: [{ Effect: 'Allow', Action: 1, Resource: '*' }] }],
])('parsePolicy refuses %s', (_what, json) => {
  expect(() => parsePolicy(json)).toThrow();
});
