import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  paginateListRoles,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let iam: IAMClient;
beforeAll(async () => {
  aws = await startTestAws();
  iam = new IAMClient(aws.clientConfig);
});
afterAll(async () => {
  iam.destroy();
  await aws.stop();
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = `{ "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a%3Ab" } }`;

const create = (RoleName: string, more: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));
const get = async (RoleName: string) => (await iam.send(new GetRoleCommand({ RoleName }))).Role;

describe('a role', () => {
  test('is answered as AWS does: neither description nor session duration, the policy percent-encoded', async () => {
    const { Role } = await create('plain', { Description: 'd', MaxSessionDuration: 7200 });

    expect(Role).toEqual({
      Path: '/',
      RoleName: 'plain',
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      Arn: 'arn:aws:iam::000000000000:role/plain',
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encodeURIComponent(trust),
    });
  });

  test('is read with its defaults and its empty last use', async () => {
    await create('defaults');

    const role = await get('defaults');

    expect(role).toMatchObject({ MaxSessionDuration: 3600, RoleLastUsed: {} });
    expect(Object.keys(role ?? {})).not.toContain('Tags');
    expect(Object.keys(role ?? {})).not.toContain('Description');
  });

  test('has a path in its ARN', async () => {
    const { Role } = await create('pathed', { Path: '/service-role/' });

    expect(Role?.Arn).toBe('arn:aws:iam::000000000000:role/service-role/pathed');
  });

  test('has a name that nobody else has, whatever its case', async () => {
    await create('once');

    await expect(create('ONCE')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name ONCE already exists.',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test('is changed in place', async () => {
    await create('changing', { Description: 'old' });
    const other = trust.replace('lambda', 'ec2');

    await iam.send(
      new UpdateRoleCommand({ RoleName: 'changing', Description: 'new', MaxSessionDuration: 7200 }),
    );
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'changing', PolicyDocument: other }));

    expect(await get('changing')).toMatchObject({
      Description: 'new',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: encodeURIComponent(other),
    });
  });

  test('keeps what UpdateRole does not name', async () => {
    await create('keeping', { Description: 'stays', MaxSessionDuration: 7200 });

    await iam.send(new UpdateRoleCommand({ RoleName: 'keeping' }));

    expect(await get('keeping')).toMatchObject({ Description: 'stays', MaxSessionDuration: 7200 });
  });

  test('gets a description by the older operation too', async () => {
    await create('described');

    const { Role } = await iam.send(
      new UpdateRoleDescriptionCommand({ RoleName: 'described', Description: 'so' }),
    );

    expect(Role?.Description).toBe('so');
  });

  test('is gone once deleted', async () => {
    await create('gone');
    await iam.send(new DeleteRoleCommand({ RoleName: 'gone' }));

    await expect(get('gone')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name gone cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('survives a restart of the server', async () => {
    await create('durable', { Tags: [{ Key: 'a', Value: 'b' }] });

    await aws.restart();

    expect((await get('durable'))?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  test.each([
    [
      'a name too long',
      { RoleName: 'x'.repeat(65) },
      /Value at 'roleName' failed .* less than or equal to 64/,
    ],
    ['a name with a slash', { RoleName: 'a/b' }, /^The specified value for roleName is invalid\./],
    ['a path without slashes', { Path: 'x' }, /^The specified value for path is invalid\./],
    ['a session too short', { MaxSessionDuration: 3599 }, /greater than or equal to 3600/],
    ['a session too long', { MaxSessionDuration: 43_201 }, /less than or equal to 43200/],
    [
      'too many tags',
      { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: String(n), Value: '' })) },
      /'tags' failed/,
    ],
  ])('is refused with %s', async (_what, input, message) => {
    await expect(create('refused', input)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('the list of roles', () => {
  test('comes in pages that end', async () => {
    for (const name of ['p3', 'p1', 'p2']) await create(name, { Path: '/paged/' });

    const names: (string | undefined)[][] = [];
    for await (const page of paginateListRoles({ client: iam, pageSize: 2 }, { PathPrefix: '/paged/' })) {
      names.push((page.Roles ?? []).map((role) => role.RoleName));
    }

    expect(names).toEqual([['p1', 'p2'], ['p3']]);
  });

  test('shows neither tags nor last use', async () => {
    await create('listed', { Path: '/listed/', Tags: [{ Key: 'a', Value: 'b' }] });

    const { Roles, IsTruncated } = await iam.send(new ListRolesCommand({ PathPrefix: '/listed/' }));

    expect(IsTruncated).toBe(false);
    expect(Object.keys(Roles?.[0] ?? {})).toEqual(expect.not.arrayContaining(['Tags', 'RoleLastUsed']));
  });

  test('refuses a marker that it did not give out', async () => {
    await expect(iam.send(new ListRolesCommand({ Marker: 'made-up' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('tags of a role', () => {
  const tagsOf = async (RoleName: string) => (await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags;

  test('are put over the old ones without regard to case, listed by key, and taken away', async () => {
    await create('tagged', { Tags: [{ Key: 'b', Value: '1' }] });
    await iam.send(
      new TagRoleCommand({
        RoleName: 'tagged',
        Tags: [
          { Key: 'B', Value: '2' },
          { Key: 'a', Value: '' },
        ],
      }),
    );
    expect(await tagsOf('tagged')).toEqual([
      { Key: 'B', Value: '2' },
      { Key: 'a', Value: '' },
    ]);

    await iam.send(new UntagRoleCommand({ RoleName: 'tagged', TagKeys: ['b', 'nobody'] }));

    expect(await tagsOf('tagged')).toEqual([{ Key: 'a', Value: '' }]);
  });

  test('may not name a key twice', async () => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'A', Value: '2' },
    ];

    await expect(create('twice', { Tags })).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});

describe('inline policies', () => {
  const put = (RoleName: string, PolicyName: string, PolicyDocument = policy) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));

  test('keep their text, white space and percent signs included', async () => {
    await create('texts');
    await put('texts', 'p');

    const { PolicyDocument } = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'texts', PolicyName: 'p' }),
    );

    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(policy);
  });

  test('are replaced, listed by name and deleted', async () => {
    await create('several');
    for (const name of ['q', 'p', 'q']) await put('several', name);
    const list = async () =>
      (await iam.send(new ListRolePoliciesCommand({ RoleName: 'several' }))).PolicyNames;
    expect(await list()).toEqual(['p', 'q']);

    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'several', PolicyName: 'p' }));

    expect(await list()).toEqual(['q']);
  });

  test('that are missing cannot be read or deleted', async () => {
    await create('without');
    const missing = { RoleName: 'without', PolicyName: 'p' };
    const refusal = { message: 'The role policy with name p cannot be found.' };

    await expect(iam.send(new GetRolePolicyCommand(missing))).rejects.toMatchObject(refusal);
    await expect(iam.send(new DeleteRolePolicyCommand(missing))).rejects.toMatchObject(refusal);
  });

  test('keep their role from being deleted', async () => {
    await create('held');
    await put('held', 'p');

    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'held' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete policies first.',
    });
  });

  test('may not be longer than 10,240 characters together', async () => {
    await create('long');
    const long = policy.replace('s3:ListBucket', `s3:${'x'.repeat(6000)}`);
    await put('long', 'a', long);

    await expect(put('long', 'b', long)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

test('GetUser tells the owner who he is', async () => {
  const { User } = await iam.send(new GetUserCommand({}));

  expect(User).toMatchObject({ UserName: 'lab-setup', Arn: 'arn:aws:iam::000000000000:user/lab-setup' });
});
