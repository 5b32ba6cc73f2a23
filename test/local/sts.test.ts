import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type Credentials,
} from '@aws-sdk/client-sts';
import { sessionTags } from '../../src/local/services/sts/session-tags.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const ACCOUNT = '000000000000';
const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

let aws: TestAws;
let iam: IAMClient;
let sts: STSClient;
beforeAll(async () => {
  aws = await startTestAws();
  iam = new IAMClient(aws.clientConfig);
  sts = new STSClient(aws.clientConfig);
});
afterAll(async () => {
  iam.destroy();
  sts.destroy();
  await aws.stop();
});

const createRole = (RoleName: string, Principal: object, more = {}) =>
  iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
      }),
    }),
  );
const allow = (RoleName: string, Action: string) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: Action.replace(/\W/g, '-'),
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action, Resource: '*' },
      }),
    }),
  );
const assume = async (role: string, more = {}, client = sts) =>
  client.send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'test', ...more }));

/** The clients' settings for somebody with these session credentials. */
const as = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Partial<Credentials> = {}) => ({
  ...aws.clientConfig,
  credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
});

test('the owner hears who he is', async () => {
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:user/lab-setup`,
    UserId: expect.stringMatching(/^AIDA/),
  });
});

describe('AssumeRole', () => {
  test('gives a session in the form of AWS', async () => {
    const { Role } = await createRole('trusting', { AWS: ACCOUNT });

    const answer = await assume('trusting');

    expect(answer.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/trusting/test`,
      AssumedRoleId: `${Role?.RoleId ?? ''}:test`,
    });
    expect(answer.Credentials).toEqual({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
      SecretAccessKey: expect.stringMatching(/^\w{40}$/),
      SessionToken: expect.any(String),
      Expiration: expect.any(Date),
    });
    expect(Object.keys(answer)).not.toContain('PackedPolicySize');
  });

  test('gives a session that knows who it is', async () => {
    await createRole('knowing', { AWS: `arn:aws:iam::${ACCOUNT}:root` });
    const { Credentials } = await assume('knowing');

    const session = new STSClient(as(Credentials));

    expect((await session.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/knowing/test`,
    );
  });

  test.each([
    ['trusts only a service', 'serving', { Service: 'lambda.amazonaws.com' }, {}],
    [
      'asks for another external id',
      'external',
      { AWS: ACCOUNT },
      { Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } } },
    ],
  ])('is refused by a role that %s', async (_what, name, principal, more) => {
    await createRole(name, principal, more);

    await expect(assume(name)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${ACCOUNT}:user/lab-setup is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('is allowed with the external id that the role asks for', async () => {
    await createRole(
      'external-known',
      { AWS: ACCOUNT },
      { Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } } },
    );

    await expect(assume('external-known', { ExternalId: 'x-1' })).resolves.toBeDefined();
  });

  test('of a role that is not there is refused in the same words', async () => {
    await expect(assume('nobody')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each([
    [
      { RoleSessionName: 'Session1:2' },
      String.raw`1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    ],
    [{ RoleArn: 'arn:aws:iam::not-a-role-at-all' }, 'arn:aws:iam::not-a-role-at-all is invalid'],
    [
      { DurationSeconds: 60 },
      "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [{ SourceIdentity: 'ana' }, 'The local AWS does not serve AssumeRole with SourceIdentity.'],
    [
      { DurationSeconds: 7200 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
  ])('with %j is refused', async (input, message) => {
    await createRole('checked', { AWS: ACCOUNT }).catch(() => undefined);

    await expect(assume('checked', input)).rejects.toMatchObject({ name: 'ValidationError', message });
  });
});

describe('a session with policies, a boundary or tags', () => {
  const statement = (Action: string, more: object = {}): object => ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    ...more,
  });
  const documentOf = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const everything = { Action: ['sts:AssumeRole', 'sts:TagSession'] };
  const readAs = async (role: string, more: object) => {
    const { Credentials } = await assume(role, more);
    return new IAMClient(as(Credentials)).send(new GetRoleCommand({ RoleName: role }));
  };

  test('may do what the role and the session policy allow, both of them', async () => {
    await createRole('narrowed', { AWS: ACCOUNT });
    await allow('narrowed', 'iam:*');

    await expect(readAs('narrowed', { Policy: documentOf(statement('iam:GetRole')) })).resolves.toBeDefined();
    await expect(
      readAs('narrowed', { Policy: documentOf(statement('iam:ListRoles')) }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/because no session policy allows the iam:GetRole action$/),
    });
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }];
    await expect(readAs('narrowed', { PolicyArns })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('hears how much of the limit its policy takes', async () => {
    await createRole('sized', { AWS: ACCOUNT });

    const answer = await assume('sized', { Policy: documentOf(statement('iam:*')) });

    expect(answer).toMatchObject({ PackedPolicySize: expect.any(Number) });
  });

  test('may do what the role and its boundary allow, both of them', async () => {
    const edge = documentOf([statement('iam:*'), { Effect: 'Deny', Action: 'iam:GetUser', Resource: '*' }]);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: edge }));
    await createRole('bounded', { AWS: ACCOUNT });
    await allow('bounded', '*');
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: Policy?.Arn }),
    );
    const { Credentials } = await assume('bounded');

    const session = new IAMClient(as(Credentials));

    await expect(session.send(new GetRoleCommand({ RoleName: 'bounded' }))).resolves.toBeDefined();
    await expect(session.send(new GetUserCommand({ UserName: 'x' }))).rejects.toMatchObject({
      message: expect.stringMatching(/with an explicit deny in a permissions boundary$/),
    });
    await expect(assume('bounded', {}, new STSClient(as(Credentials)))).rejects.toMatchObject({
      message: expect.stringMatching(/because no permissions boundary allows the sts:AssumeRole action$/),
    });
  });

  test('is told apart by its tags, which its role must let it bear', async () => {
    await createRole('untagged', { AWS: ACCOUNT });
    await createRole('teams', { AWS: ACCOUNT }, everything);
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'teams',
        PolicyName: 'p',
        PolicyDocument: documentOf(
          statement('iam:GetRole', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }),
        ),
      }),
    );
    const Tags = (Value: string) => ({ Tags: [{ Key: 'team', Value }] });

    await expect(readAs('teams', Tags('red'))).resolves.toBeDefined();
    await expect(readAs('teams', Tags('blue'))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume('untagged', Tags('red'))).rejects.toMatchObject({
      message: expect.stringContaining('not authorized to perform: sts:TagSession on resource'),
    });
  });

  test.each([
    [
      { TransitiveTagKeys: ['a'] },
      'The specified transitive tag key must be included in the requested tags.',
    ],
    [
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  ])('is refused with %j in the words recorded from AWS', async (input, message) => {
    await createRole('tagging', { AWS: ACCOUNT }, everything).catch(() => undefined);

    await expect(assume('tagging', input)).rejects.toMatchObject({ name: 'InvalidParameterValue', message });
  });

  test('passes its transitive tags on, however their keys are spelled', () => {
    const session = {
      kind: 'role-session' as const,
      account: ACCOUNT,
      arn: '',
      userId: '',
      roleName: 'a',
      tags: { Team: 'red', own: 'x' },
      transitiveTags: ['TEAM'],
    };

    const { tags } = sessionTags({ Tags: [], TransitiveTagKeys: [] }, session);

    expect(tags).toEqual({ Team: 'red' });
  });

  test('keeps its transitive tags in the sessions that it begins, where nobody can change them', async () => {
    await createRole('chained', { AWS: ACCOUNT }, everything);
    await allow('chained', 'sts:*');
    const Tags = [{ Key: 'team', Value: 'red' }];
    const { Credentials } = await assume('chained', { Tags, TransitiveTagKeys: ['TEAM'] });

    const changed = assume('chained', { Tags }, new STSClient(as(Credentials)));

    await expect(changed).rejects.toMatchObject({
      message:
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    });
  });
});

describe('a session', () => {
  test('may do what its role allows, from the moment it does', async () => {
    await createRole('changing', { AWS: ACCOUNT });
    const { Credentials } = await assume('changing');
    const session = new IAMClient(as(Credentials));
    const read = () => session.send(new GetRoleCommand({ RoleName: 'changing' }));

    await expect(read()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/changing/test is not authorized to perform: iam:GetRole on resource: role changing because no identity-based policy allows the iam:GetRole action`,
    });
    await allow('changing', 'iam:GetRole');
    expect((await read()).Role?.RoleName).toBe('changing');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'changing', PolicyName: 'iam-GetRole' }));

    await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('has the rights of a policy of AWS that is attached to its role', async () => {
    await createRole('reader', { AWS: ACCOUNT });
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: 'reader',
        PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      }),
    );
    const { Credentials } = await assume('reader');

    const { Role } = await new IAMClient(as(Credentials)).send(new GetRoleCommand({ RoleName: 'reader' }));

    expect(Role?.RoleName).toBe('reader');
  });

  test('goes on to a role that trusts its own role by name, for an hour at most', async () => {
    await createRole('first', { AWS: ACCOUNT });
    await createRole('second', { AWS: roleArn('first') });
    const session = new STSClient(as((await assume('first')).Credentials));

    const { AssumedRoleUser } = await assume('second', {}, session);

    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/second/test`);
    await expect(assume('second', { DurationSeconds: 3601 }, session)).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  test('needs a right of its own for a role that trusts the account', async () => {
    await createRole('starting', { AWS: ACCOUNT });
    await createRole('open', { AWS: ACCOUNT });
    const session = new STSClient(as((await assume('starting')).Credentials));

    await expect(assume('open', {}, session)).rejects.toMatchObject({
      message: expect.stringMatching(/because no identity-based policy allows the sts:AssumeRole action$/),
    });
    await allow('starting', 'sts:AssumeRole');

    await expect(assume('open', {}, session)).resolves.toBeDefined();
  });

  test('outlasts a restart of the server, and is as narrow as before', async () => {
    await createRole('lasting', { AWS: ACCOUNT });
    await allow('lasting', 'iam:GetRole');
    await allow('lasting', 'iam:GetUser');
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' },
    });
    const { Credentials, AssumedRoleUser } = await assume('lasting', { Policy });

    await aws.restart();

    const caller = await new STSClient(as(Credentials)).send(new GetCallerIdentityCommand({}));
    expect([caller.Arn, caller.UserId]).toEqual([AssumedRoleUser?.Arn, AssumedRoleUser?.AssumedRoleId]);
    const session = new IAMClient(as(Credentials));
    await expect(session.send(new GetRoleCommand({ RoleName: 'lasting' }))).resolves.toBeDefined();
    await expect(session.send(new GetUserCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/because no session policy allows the iam:GetUser action$/),
    });
  });
});
