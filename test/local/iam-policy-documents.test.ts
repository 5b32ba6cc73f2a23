import { describe, expect, test } from '@jest/globals';
import { awsManagedPolicies } from '../../src/local/services/iam/aws-managed.js';
import {
  checkPermissionsPolicy,
  checkTrustPolicy,
  encodeDocument,
} from '../../src/local/services/iam/policy-documents.js';

const statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b' };
const policyOf = (change: object): object => ({
  Version: '2012-10-17',
  Statement: { ...statement, ...change },
});
const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const trustOf = (change: object): object => ({
  Version: '2012-10-17',
  Statement: [{ ...trust, ...change }],
});

const textOf = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document);
const only = (arn: string) => (other: string) => other === arn;

describe('a permissions policy is taken', () => {
  test.each<[string, object]>([
    ['with one statement', policyOf({})],
    ['with lists', policyOf({ Action: ['s3:*', '*'], Resource: ['*', 'arn:aws:s3:::b/*'] })],
    [
      'with NotAction and NotResource',
      { Version: '2012-10-17', Statement: [{ Effect: 'Deny', NotAction: 'iam:*', NotResource: '*' }] },
    ],
    [
      'with conditions',
      policyOf({ Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a', 'b'] } } }),
    ],
    ['with an empty condition', policyOf({ Condition: {} })],
    [
      'with an unknown operator that is not used',
      policyOf({ Condition: { x: {}, DateGreaterThan: { a: [] } } }),
    ],
    ...['01T', '-292275054', '2016-12-13T21:20:37.593194+00:00', '2016-12-13t2:00:00.593194+23', '0'].map(
      (date): [string, object] => [
        `with the date ${date}`,
        policyOf({ Condition: { DateLessThan: { a: date } } }),
      ],
    ),
    ...[
      'arn:aws:fdsasf',
      'arn:aws:iam::*:user/${aws:username}',
      'arn:aws:iam::123456789012:*',
      'arn:aws:iam::123456789012:root',
      'arn:*:s3:::b',
      'arn:aws:s3:us-west-2:123456789012:accesspoint/a',
      'arn:aws:invalid-service:us-east-1::b',
    ].map((Resource): [string, object] => [`on ${Resource}`, policyOf({ Resource })]),
    ['with an action of several words', policyOf({ Action: 'iam: asdf safdsf af ' })],
    [
      'with numbers and booleans in conditions',
      policyOf({ Condition: { Bool: { 'aws:SecureTransport': true } } }),
    ],
    ['with an Id and a Sid', { ...policyOf({ Sid: 'One' }), Id: 'x' }],
  ])('%s', (_what, document) => {
    expect(() => checkPermissionsPolicy(textOf(document))).not.toThrow();
  });

  test.each(awsManagedPolicies.map((policy) => [policy.name, policy.versions[0]?.document ?? '']))(
    'as AWS wrote %s',
    (_name, document) => {
      expect(() => checkPermissionsPolicy(document)).not.toThrow();
    },
  );
});

describe('a permissions policy is refused in the words of IAM', () => {
  const SYNTAX = 'Syntax errors in policy.';
  const LEGACY = 'The policy failed legacy parsing';
  const notAction = { Effect: 'Allow', Resource: '*' };
  const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

  test.each<[string, unknown, string]>([
    ['no JSON', 'This is not a json document', SYNTAX],
    ['a list', [], SYNTAX],
    ['no version', { Statement: statement }, 'Policy document must be version 2012-10-17 or greater.'],
    [
      'an old version',
      { ...policyOf({}), Version: '2008-10-17' },
      'Policy document must be version 2012-10-17 or greater.',
    ],
    ['an unknown version', { ...policyOf({}), Version: '2013-10-17' }, SYNTAX],
    ['no statement', { Version: '2012-10-17' }, SYNTAX],
    ['an empty list of statements', { Version: '2012-10-17', Statement: [] }, SYNTAX],
    ['an unknown member', { ...policyOf({}), Extra: 1 }, SYNTAX],
    ['an unknown member of a statement', policyOf({ Extra: 1 }), SYNTAX],
    ['an unknown effect', policyOf({ Effect: 'Maybe' }), SYNTAX],
    ['an effect in another case', policyOf({ Effect: 'allow' }), 'The policy failed legacy parsing'],
    ['Action and NotAction', policyOf({ NotAction: 'iam:*' }), SYNTAX],
    ['an unknown operator', policyOf({ Condition: { constructor: { a: 'b' } } }), SYNTAX],
    [
      'a Sid twice',
      {
        Version: '2012-10-17',
        Statement: [
          { ...statement, Sid: 'a' },
          { ...statement, Sid: 'a' },
        ],
      },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'no action',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Resource: '*' } },
      'Policy statement must contain actions.',
    ],
    ['an empty list of actions', policyOf({ Action: [] }), 'Policy statement must contain actions.'],
    [
      'no resource',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*' } },
      'Policy statement must contain resources.',
    ],
    ['a resource that is no ARN', policyOf({ Resource: 'b' }), 'Resource b must be in ARN format or "*".'],
    [
      'another partition',
      policyOf({ Resource: 'arn:error:s3:::b' }),
      'Partition "error" is not valid for resource "arn:error:s3:::b".',
    ],
    [
      'the partition of another cloud',
      policyOf({ Resource: 'arn:aws-cn:s3:::b' }),
      'Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".',
    ],
    [
      'any kind of thing of IAM with a name',
      policyOf({ Resource: 'arn:aws:iam::123456789012:*/deploy-*' }),
      'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    [
      'an ARN without a service',
      policyOf({ Resource: 'arn:aws' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    ['an action without a service', policyOf({ Action: 'invalid' }), VENDOR],
    [
      'an action with two colons',
      policyOf({ Action: 's3:List:Bucket' }),
      'Actions/Condition can contain only one colon.',
    ],
    ['a service with a space', policyOf({ Action: 'a a:ListBucket' }), 'Vendor a a is not valid'],
    ['a principal', policyOf({ Principal: '*' }), 'Policy document should not specify a principal.'],
    ['no effect', { ...policyOf({}), Statement: { Action: 's3:*', Resource: '*' } }, SYNTAX],
    ['a Sid that is a list', policyOf({ Sid: [] }), SYNTAX],
    ['an empty NotAction', { ...policyOf({}), Statement: { ...notAction, NotAction: '' } }, VENDOR],
    ['an empty resource', policyOf({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
    [
      'no ARN but colons',
      policyOf({ Resource: 'aws:s3:::b' }),
      'Partition "s3" is not valid for resource "arn:s3:::b:*".',
    ],
    [
      'a letter and a colon',
      policyOf({ Resource: 'a:b' }),
      'Partition "b" is not valid for resource "arn:b:*:*:*:*".',
    ],
    ['a bucket with too few colons', policyOf({ Resource: 'arn:aws:s3::b' }), LEGACY],
    ['an ARN with an empty service', policyOf({ Resource: 'arn:aws::::b' }), LEGACY],
    ['a short ARN with an empty service', policyOf({ Resource: 'arn:aws::b' }), LEGACY],
    [
      'a missing action beside a broken ARN',
      { ...policyOf({}), Statement: { Effect: 'Allow', Resource: 'arn:aws:s3::b' } },
      LEGACY,
    ],
    [
      'a bucket with a region',
      policyOf({ Resource: 'arn:aws:s3:us-east-1::b' }),
      'Resource arn:aws:s3:us-east-1::b can not contain region information.',
    ],
    [
      'a role with a region',
      policyOf({ Resource: 'arn:aws:iam:us-east-1::b' }),
      'IAM resource arn:aws:iam:us-east-1::b cannot contain region information.',
    ],
    [
      'an unknown kind of thing of IAM',
      policyOf({ Resource: 'arn:aws:iam:::b' }),
      'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    ['a condition that is a list', policyOf({ Condition: [] }), SYNTAX],
    ['an operator without keys', policyOf({ Condition: { DateGreaterThan: 'b' } }), SYNTAX],
    ['an operator with a list', policyOf({ Condition: { DateGreaterThan: [] } }), SYNTAX],
    ['an unknown operator that is used', policyOf({ Condition: { x: { a: '1' } } }), SYNTAX],
    ['two colons in an operator', policyOf({ Condition: { 'ForAnyValue::StringLike': { a: '1' } } }), SYNTAX],
    ...['sdfdsf', '234-13', '2016-12-13t2:00:00.593194+1', '9223372036854775808'].map(
      (date): [string, object, string] => [
        `the date ${date}`,
        policyOf({ Condition: { DateLessThan: { a: date } } }),
        LEGACY,
      ],
    ),
    [
      'a condition that nobody here could judge',
      policyOf({ Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } } }),
      'The local AWS does not serve the condition key dynamodb:LeadingKeys.',
    ],
    [
      'a bad date before a bad partition',
      policyOf({ Resource: 'arn:error:s3:::b', Condition: { DateGreaterThan: { a: 'x' } } }),
      LEGACY,
    ],
  ])('%s', (_what, document, message) => {
    expect(() => checkPermissionsPolicy(textOf(document))).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument', status: 400, message }),
    );
  });
});

describe('a trust policy is taken', () => {
  const role = 'arn:aws:iam::000000000000:role/r';

  test.each([
    ['for a service', trustOf({})],
    ['without a version', { Statement: trust }],
    ['for an account', trustOf({ Principal: { AWS: '000000000000' } })],
    ['for a role that is there', trustOf({ Principal: { AWS: [role] } })],
    ['with several STS actions', trustOf({ Action: ['sts:AssumeRole', 'sts:TagSession'] })],
    ['with a condition', trustOf({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })],
  ])('%s', (_what, document) => {
    expect(() => checkTrustPolicy(textOf(document), only(role))).not.toThrow();
  });
});

describe('a trust policy is refused in the words of IAM', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', 'not valid json', 'This policy contains invalid Json'],
    ['a resource', trustOf({ Resource: '*' }), 'Has prohibited field Resource'],
    [
      'no principal',
      { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } },
      'Missing required field Principal',
    ],
    ['no action', { Statement: { Effect: 'Allow', Principal: '*' } }, 'Missing required field Action'],
    [
      'another action of STS',
      trustOf({ Action: 'sts:InvalidAction' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'an action of another service',
      trustOf({ Action: 's3:*' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'a role that is not there',
      trustOf({ Principal: { AWS: 'arn:aws:iam::000000000000:role/x' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role/x"',
    ],
    [
      'a service that is none',
      trustOf({ Principal: { Service: 'lambda' } }),
      'Invalid principal in policy: "SERVICE":"lambda"',
    ],
  ])('%s', (_what, document, message) => {
    expect(() => checkTrustPolicy(textOf(document), only(''))).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument', message }),
    );
  });
});

test('a document is percent-encoded as RFC 3986 says', () => {
  expect(encodeDocument("a b!'()*%3A/é")).toBe('a%20b%21%27%28%29%2A%253A%2F%C3%A9');
});
