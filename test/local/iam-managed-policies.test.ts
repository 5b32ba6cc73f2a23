import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
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

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const documentFor = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

const createPolicy = async (PolicyName: string, more: object = {}): Promise<string> => {
  const command = new CreatePolicyCommand({ PolicyName, PolicyDocument: documentFor('s3:*'), ...more });
  return (await iam.send(command)).Policy?.Arn ?? '';
};
const createRole = (RoleName: string) =>
  iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
const attach = (RoleName: string, PolicyArn: string) =>
  iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
const versions = async (PolicyArn: string) =>
  ((await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? []).map(
    ({ VersionId, IsDefaultVersion }) => `${VersionId ?? ''}${IsDefaultVersion ? ' default' : ''}`,
  );

describe('a policy of the account', () => {
  test('is answered as AWS does', async () => {
    const PolicyArn = await createPolicy('mine', { Path: '/team/', Description: 'ours' });

    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));

    expect(Policy).toEqual({
      PolicyName: 'mine',
      PolicyId: expect.stringMatching(/^ANPA[A-Z0-9]{17}$/),
      Arn: 'arn:aws:iam::000000000000:policy/team/mine',
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      Description: 'ours',
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
      Tags: [],
    });
  });

  test('has a name of its own', async () => {
    await createPolicy('once');

    await expect(createPolicy('once')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called once already exists. Duplicate names are not allowed.',
    });
  });

  test('is attached, counted, detached and deleted', async () => {
    await createRole('worker');
    const PolicyArn = await createPolicy('attached');
    await attach('worker', PolicyArn);
    await attach('worker', PolicyArn);

    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'worker', PolicyArn }));
    await iam.send(new DeletePolicyCommand({ PolicyArn }));

    await expect(iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('is found by its scope', async () => {
    const arn = await createPolicy('scoped');
    const list = async (Scope: 'AWS' | 'Local' | 'All') =>
      ((await iam.send(new ListPoliciesCommand({ Scope }))).Policies ?? []).map((each) => each.Arn);

    expect(await list('Local')).toContain(arn);
    expect(await list('AWS')).not.toContain(arn);
    expect(await list('All')).toEqual(expect.arrayContaining([arn, BASIC]));
  });
});

describe('the versions of a policy', () => {
  const addVersion = (PolicyArn: string, SetAsDefault = false) =>
    iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: documentFor('ec2:*'), SetAsDefault }),
    );

  test('are listed newest first, one of them the default', async () => {
    const PolicyArn = await createPolicy('versioned');
    await addVersion(PolicyArn, true);
    await addVersion(PolicyArn);

    expect(await versions(PolicyArn)).toEqual(['v3', 'v2 default', 'v1']);
  });

  test('keep their documents', async () => {
    const PolicyArn = await createPolicy('documents');
    await addVersion(PolicyArn);

    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));

    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(documentFor('ec2:*'));
  });

  test('are five at most, and their numbers are never used twice', async () => {
    const PolicyArn = await createPolicy('many');
    for (let count = 2; count <= 5; count += 1) await addVersion(PolicyArn);
    await expect(addVersion(PolicyArn)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    });

    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v5' }));
    const { PolicyVersion } = await addVersion(PolicyArn);

    expect(PolicyVersion?.VersionId).toBe('v6');
  });

  test('change places as the default, which cannot be deleted', async () => {
    const PolicyArn = await createPolicy('defaults');
    await addVersion(PolicyArn, true);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));

    expect(await versions(PolicyArn)).toEqual(['v2', 'v1 default']);
    await expect(
      iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' })),
    ).rejects.toMatchObject({ message: 'Cannot delete the default version of a policy.' });
  });

  test.each([
    ['v9', 'NoSuchEntityException', /version v9 does not exist or is not attachable\.$/],
    ['latest', 'ValidationError', /^1 validation error detected: Value at 'versionId' failed/],
  ])('cannot be read as %s', async (VersionId, name, message) => {
    const PolicyArn = await createPolicy(`missing-${VersionId}`);

    await expect(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});

describe('a policy of AWS', () => {
  test('is there to be read', async () => {
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: BASIC, VersionId: 'v1' }),
    );

    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: '*',
        },
      ],
    });
  });

  test('is attached like any other, and keeps its role from being deleted', async () => {
    await createRole('basic');
    await attach('basic', BASIC);

    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'basic' }));

    expect(AttachedPolicies).toEqual([{ PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: BASIC }]);
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'basic' }))).rejects.toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    });
  });
});

describe('attaching', () => {
  test('more than ten policies is refused', async () => {
    await createRole('full');
    for (let count = 0; count < 10; count += 1) await attach('full', await createPolicy(`full-${count}`));

    await expect(attach('full', BASIC)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});
