import { describe, expect, test } from '@jest/globals';
import { describeLab } from '../../src/tutorial/lab.js';
import { canonicalPolicy, decodePolicy, rolePolicy } from '../../src/tutorial/policies.js';

const PLACE = { partition: 'aws', account: '123456789012', region: 'eu-west-1' };
const LAB = describeLab('default');

describe('policies are compared by meaning', () => {
  test.each([
    ['a scalar and a list of one', { Action: 'a:B' }, { Action: ['a:B'] }],
    ['sets in another order', { Resource: ['y', 'x'] }, { Resource: ['x', 'y'] }],
    ['members in another order', { Effect: 'Allow', Sid: 's' }, { Sid: 's', Effect: 'Allow' }],
    ['an empty Sid and none', { Sid: '', Effect: 'Allow' }, { Effect: 'Allow' }],
    [
      'one statement and a list of it',
      { Statement: { Effect: 'Deny' } },
      { Statement: [{ Effect: 'Deny' }] },
    ],
  ])('%s are equal', (_what, a, b) => {
    expect(canonicalPolicy(a)).toEqual(canonicalPolicy(b));
  });

  test('another action is another policy', () => {
    expect(canonicalPolicy({ Action: ['a:B'] })).not.toEqual(canonicalPolicy({ Action: ['a:C'] }));
  });

  test('a document comes back from IAM percent-encoded', () => {
    const document = { Version: '2012-10-17', Statement: [{ Resource: 'a%3Ab' }] };

    expect(decodePolicy(encodeURIComponent(JSON.stringify(document)))).toEqual(document);
  });
});

describe('the role’s policy', () => {
  test('is by default for the lab’s own table and log group alone', () => {
    expect(rolePolicy('least', LAB, PLACE).Statement.map(({ Resource }) => Resource)).toEqual([
      'arn:aws:dynamodb:eu-west-1:123456789012:table/lambda-apigateway',
      [
        'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/LambdaFunctionOverHttps',
        'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/LambdaFunctionOverHttps:*',
      ],
    ]);
  });

  test('is the tutorial’s, word for word, when asked for', () => {
    expect(JSON.stringify(rolePolicy('tutorial', LAB, PLACE))).toBe(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Stmt1428341300017',
            Action: [
              'dynamodb:DeleteItem',
              'dynamodb:GetItem',
              'dynamodb:PutItem',
              'dynamodb:Query',
              'dynamodb:Scan',
              'dynamodb:UpdateItem',
            ],
            Effect: 'Allow',
            Resource: '*',
          },
          {
            Sid: '',
            Resource: '*',
            Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
            Effect: 'Allow',
          },
        ],
      }),
    );
  });
});
