import { describe, expect, test } from '@jest/globals';
import { serviceActions } from '../../src/local/authorization/actions.js';
import { createAuthorize } from '../../src/local/authorization/authorize.js';
import { parsePolicy } from '../../src/local/authorization/policy.js';
import { fillTemplate } from '../../src/local/authorization/template.js';
import { AwsError } from '../../src/local/errors.js';
import type { Principal } from '../../src/local/identity.js';
import type { SigningName } from '../../src/local/services/service.js';

const account = '000000000000';
const session: Principal = {
  kind: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/r/s`,
  userId: 'AROA:s',
  roleName: 'r',
};

/** What a session is told about a call when its role's policies are `statements`; undefined when it may. */
function refusal(
  statements: object[],
  call: { service: SigningName; operation: string; input: unknown; allowedByResource?: boolean },
): { code: string; status: number; message: string } | undefined {
  const authorize = createAuthorize({
    account,
    region: 'us-east-1',
    clock: { now: () => 0 },
    roles: {
      policiesOf: () => [parsePolicy({ Statement: statements })],
      named: (roleName) =>
        roleName === 'pathed'
          ? {
              roleName,
              roleId: 'AROA',
              arn: `arn:aws:iam::${account}:role/p/pathed`,
              maxSessionDuration: 3600,
            }
          : undefined,
      boundaryOf: () => undefined,
      tagsOf: () => ({}),
    },
  });
  try {
    authorize(session, call);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
}

const dynamodb = `arn:aws:dynamodb:us-east-1:${account}:table`;
const logs = `arn:aws:logs:us-east-1:${account}:log-group`;
const lambda = `arn:aws:lambda:us-east-1:${account}:function`;
const apis = 'arn:aws:apigateway:us-east-1::';
const iam = `arn:aws:iam::${account}`;

describe('an operation asks for its action on its resource', () => {
  test.each<[SigningName, string, object, string]>([
    ['dynamodb', 'PutItem', { TableName: 't' }, `dynamodb:PutItem on resource: ${dynamodb}/t`],
    ['dynamodb', 'GetItem', { TableName: `${dynamodb}/t` }, `dynamodb:GetItem on resource: ${dynamodb}/t`],
    [
      'dynamodb',
      'Query',
      { TableName: 't', IndexName: 'i' },
      `dynamodb:Query on resource: ${dynamodb}/t/index/i`,
    ],
    ['dynamodb', 'Scan', { TableName: 't' }, `dynamodb:Scan on resource: ${dynamodb}/t`],
    [
      'dynamodb',
      'BatchGetItem',
      { RequestItems: { t: {} } },
      `dynamodb:BatchGetItem on resource: ${dynamodb}/t`,
    ],
    ['dynamodb', 'ListTables', {}, `dynamodb:ListTables on resource: ${dynamodb}/*`],
    [
      'dynamodb',
      'TransactWriteItems',
      { TransactItems: [{ Delete: { TableName: 't' } }] },
      `dynamodb:DeleteItem on resource: ${dynamodb}/t`,
    ],
    [
      'logs',
      'CreateLogGroup',
      { logGroupName: '/g' },
      `logs:CreateLogGroup on resource: ${logs}:/g:log-stream:`,
    ],
    [
      'logs',
      'PutLogEvents',
      { logGroupName: '/g', logStreamName: 's' },
      `logs:PutLogEvents on resource: ${logs}:/g:log-stream:s`,
    ],
    [
      'logs',
      'GetLogEvents',
      { logGroupIdentifier: `${logs}:/g:*`, logStreamName: 's' },
      `logs:GetLogEvents on resource: ${logs}:/g:log-stream:s`,
    ],
    ['logs', 'DescribeLogGroups', {}, `logs:DescribeLogGroups on resource: ${logs}::log-stream:`],
    ['logs', 'TagResource', { resourceArn: `${logs}:/g` }, `logs:TagResource on resource: ${logs}:/g`],
    ['lambda', 'Invoke', { FunctionName: 'f' }, `lambda:InvokeFunction on resource: ${lambda}:f`],
    [
      'lambda',
      'Invoke',
      { FunctionName: `${lambda}:f:live` },
      `lambda:InvokeFunction on resource: ${lambda}:f`,
    ],
    [
      'lambda',
      'GetFunction',
      { FunctionName: `${account}:function:f` },
      `lambda:GetFunction on resource: ${lambda}:f`,
    ],
    ['lambda', 'ListFunctions', {}, 'lambda:ListFunctions on resource: *'],
    ['apigateway', 'CreateRestApi', {}, `apigateway:POST on resource: ${apis}/restapis`],
    [
      'apigateway',
      'PutMethod',
      { restApiId: 'a', resourceId: 'b', httpMethod: 'POST' },
      `apigateway:PUT on resource: ${apis}/restapis/a/resources/b/methods/POST`,
    ],
    ['apigateway', 'GetTags', { resourceArn: 'arn:x' }, `apigateway:GET on resource: ${apis}/tags/arn%3Ax`],
    ['iam', 'CreateRole', { RoleName: 'n', Path: '/p/' }, `iam:CreateRole on resource: ${iam}:role/p/n`],
    ['iam', 'GetRole', { RoleName: 'n' }, 'iam:GetRole on resource: role n'],
    [
      'iam',
      'GetPolicy',
      { PolicyArn: `${iam}:policy/x` },
      `iam:GetPolicy on resource: policy ${iam}:policy/x`,
    ],
    ['sts', 'AssumeRole', { RoleArn: `${iam}:role/x` }, `sts:AssumeRole on resource: ${iam}:role/x`],
    ['logs', 'Unheard', {}, 'logs:Unheard on resource: *'],
    ['logs', 'constructor', {}, 'logs:constructor on resource: *'],
  ])('%s %s %j', (service, operation, input, expected) => {
    const action = expected.split(' ')[0] ?? '';

    expect(refusal([], { service, operation, input })?.message).toBe(
      `User: arn:aws:sts::${account}:assumed-role/r/s is not authorized to perform: ${expected} because no identity-based policy allows the ${action} action`,
    );
  });
});

describe('a refusal', () => {
  test.each<[SigningName, string, number]>([
    ['dynamodb', 'AccessDeniedException', 400],
    ['logs', 'AccessDeniedException', 400],
    ['lambda', 'AccessDeniedException', 403],
    ['apigateway', 'AccessDeniedException', 403],
    ['iam', 'AccessDenied', 403],
    ['sts', 'AccessDenied', 403],
  ])('by %s is %s with %d', (service, code, status) => {
    expect(refusal([], { service, operation: 'Anything', input: {} })).toMatchObject({ code, status });
  });

  test('by an explicit Deny says so', () => {
    const statements = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'logs:*', Resource: '*' },
    ];

    const refused = refusal(statements, { service: 'logs', operation: 'DescribeLogGroups', input: {} });

    expect(refused?.message).toMatch(/with an explicit deny in an identity-based policy$/);
  });
});

describe('a session may', () => {
  const allow = (Action: string, Resource: string, more = {}): object => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });

  test('touch the role with a path that its policy names', () => {
    const statements = [allow('iam:GetRole', `${iam}:role/p/pathed`)];

    expect(
      refusal(statements, { service: 'iam', operation: 'GetRole', input: { RoleName: 'pathed' } }),
    ).toBeUndefined();
  });

  test('create a function only with the right to pass its role to Lambda', () => {
    const call = {
      service: 'lambda',
      operation: 'CreateFunction',
      input: { FunctionName: 'f', Role: `${iam}:role/x` },
    } as const;
    const create = allow('lambda:CreateFunction', '*');
    const pass = (service: string): object =>
      allow('iam:PassRole', `${iam}:role/x`, {
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      });

    expect(refusal([create], call)?.message).toContain(`iam:PassRole on resource: ${iam}:role/x`);
    expect(refusal([create, pass('ec2.amazonaws.com')], call)?.message).toContain('iam:PassRole');
    expect(refusal([create, pass('lambda.amazonaws.com')], call)).toBeUndefined();
  });

  test('read several tables at once only when it may read each', () => {
    const call = {
      service: 'dynamodb',
      operation: 'BatchGetItem',
      input: { RequestItems: { a: {}, b: {} } },
    } as const;

    expect(refusal([allow('dynamodb:*', `${dynamodb}/a`)], call)?.message).toContain(`${dynamodb}/b`);
    expect(refusal([allow('dynamodb:*', `${dynamodb}/?`)], call)).toBeUndefined();
  });

  test('what a resource allows, unless its own policies deny it', () => {
    const call = {
      service: 'sts',
      operation: 'AssumeRole',
      input: { RoleArn: `${iam}:role/x` },
      allowedByResource: true,
    } as const;

    expect(refusal([], call)).toBeUndefined();
    expect(refusal([{ Effect: 'Deny', Action: 'sts:*', Resource: '*' }], call)).toBeDefined();
  });

  test('always ask who it is', () => {
    const statements = [{ Effect: 'Deny', Action: '*', Resource: '*' }];

    expect(
      refusal(statements, { service: 'sts', operation: 'GetCallerIdentity', input: {} }),
    ).toBeUndefined();
  });
});

describe('a template', () => {
  test.each([
    ['plain', {}, ['plain']],
    ['a/{X}/b', { X: 'x' }, ['a/x/b']],
    ['{X}', {}, ['*']],
    ['{X=/}', {}, ['/']],
    ['{X=}', {}, ['']],
    ['{X|Y}', { Y: 'y' }, ['y']],
    ['{X.Y}', { X: { Y: 'y' } }, ['y']],
    ['{X.*.Y}', { X: [{ Y: 'a' }, {}, { Y: 'b' }, { Y: 'a' }] }, ['a', 'b']],
    ['{X.*}', { X: { a: 1, b: 2 } }, ['a', 'b']],
    ['{X.*}', {}, []],
    ['{X}-{Y}', { X: 'x', Y: 'y' }, ['x-y']],
    ['{X:up}', { X: 'x' }, ['X']],
    ['{constructor}', {}, ['*']],
    ['{X}', { X: 1 }, ['*']],
  ])('%s of %j is %j', (template, facts, expected) => {
    expect(fillTemplate(template, facts, { up: (text) => text.toUpperCase() })).toEqual(expected);
  });
});

describe('the table, row by row', () => {
  /** Everything that makes a permission be asked for. */
  const part = { TableName: 't' };
  const full = {
    ...{ TableName: 't', RequestItems: { t: {} }, Tags: [], tags: {}, Role: `${iam}:role/x` },
    TransactItems: [
      { Put: part },
      { Update: part },
      { Delete: part },
      { ConditionCheck: part },
      { Get: part },
    ],
  };
  const rows = (Object.keys(serviceActions) as SigningName[]).flatMap((service) =>
    Object.entries(serviceActions[service].operations).flatMap(([operation, permissions]) =>
      [full, { ...full, IndexName: 'i' }].map((input) => ({ service, operation, permissions, input })),
    ),
  );
  const askedOf = ({ permissions, input }: (typeof rows)[number]): string[] => [
    ...new Set(
      permissions
        .filter(({ when, unless }) => !(when && !(when in input)) && !(unless && unless in input))
        .map(({ action }) => action),
    ),
  ];
  const allow = (Action: string[]): object[] => [{ Effect: 'Allow', Action, Resource: '*' }];

  test('exactly the actions of a row are enough', () => {
    const refused = rows.filter((row) => refusal(allow(askedOf(row)), row) !== undefined);

    expect(refused.map(({ operation }) => operation)).toEqual([]);
  });

  test('each action taken out is the one that is missed', () => {
    for (const row of rows) {
      const asked = askedOf(row);
      for (const action of asked) {
        const rest = allow(['none:None', ...asked.filter((each) => each !== action)]);
        expect(`${row.operation}: ${refusal(rest, row)?.message ?? 'allowed'}`).toMatch(
          new RegExp(`because no identity-based policy allows the ${action} action$`),
        );
      }
    }
  });

  test('an action taken out is missed by no operation of its service that does not need it', () => {
    const asked = rows.map((row) => ({ row, actions: askedOf(row) }));
    for (const action of new Set(asked.flatMap(({ actions }) => actions))) {
      const others = [{ Effect: 'Allow', NotAction: action, Resource: '*' }];
      const wrong = asked
        .filter(({ row, actions }) => action.startsWith(row.service) && !actions.includes(action))
        .filter(({ row }) => refusal(others, row) !== undefined);
      expect({ action, wrong: wrong.map(({ row }) => row.operation) }).toEqual({ action, wrong: [] });
    }
  });
});

test('every row of the table names an action of a service and its source', () => {
  for (const { source, operations } of Object.values(serviceActions)) {
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/service-authorization\//);
    for (const { action } of Object.values(operations).flat()) expect(action).toMatch(/^[a-z]+:[A-Za-z]+$/);
  }
});
