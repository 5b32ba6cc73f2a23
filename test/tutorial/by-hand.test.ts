import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  DeleteStageCommand,
  CreateStageCommand,
  GetStageCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { rolePolicy, TRUST_POLICY } from '../../src/tutorial/policies.js';
import type { Things } from '../../src/tutorial/step.js';
import { openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { openSession } from '../_helpers/session.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const createRole = (
  lab: TestLab,
  RoleName: string,
  trust: object = TRUST_POLICY,
): Promise<{ Role?: { Arn?: string | undefined } | undefined }> =>
  lab.aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));

/** What somebody makes by hand with the lab's name, and how `up` must call it. */
const BY_HAND: readonly [string, (lab: TestLab) => Promise<unknown>, RegExp][] = [
  [
    'role',
    (lab) => createRole(lab, lab.lab.role.name),
    /^IAM role lambda-apigateway-role-hand-role \(arn:aws:iam::\d+:role\/.*\)$/,
  ],
  [
    'function',
    async (lab) => {
      const { Role } = await createRole(lab, 'a-role-of-theirs');
      const { zip } = await archiveHandler(Buffer.from('exports.handler = async () => 1;'));
      await lab.aws.lambda.send(
        new CreateFunctionCommand({
          FunctionName: lab.lab.function.name,
          Role: Role?.Arn,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: zip },
        }),
      );
    },
    /^Lambda function LambdaFunctionOverHttps-hand-function \(arn:aws:lambda:.*\)$/,
  ],
  [
    'table',
    (lab) =>
      lab.aws.dynamodb.send(
        new CreateTableCommand({
          TableName: lab.lab.table.name,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      ),
    /^DynamoDB table lambda-apigateway-hand-table \(arn:aws:dynamodb:.*\)$/,
  ],
  [
    'api',
    (lab) => lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name })),
    /^REST API DynamoDBOperations-hand-api \([a-z0-9]{10}\)$/,
  ],
  [
    'key',
    (lab) => lab.aws.apiGateway.send(new CreateApiKeyCommand({ name: lab.lab.key.name })),
    /^API key Lambda-key-hand-key \([a-z0-9]{10}\)$/,
  ],
  [
    'usage-plan',
    (lab) =>
      lab.aws.apiGateway.send(new CreateUsagePlanCommand({ name: lab.lab.usagePlan.name.toLowerCase() })),
    /^usage plan lambda-dynamodb-usageplan-hand-usage-plan \([a-z0-9]{6}\)$/,
  ],
];

describe('a thing of our name that was made by hand', () => {
  test.each(BY_HAND.map((each, index) => [each[0], index] as const))(
    'is named by up, which touches nothing, and kept by down: %s',
    async (kind, index) => {
      const lab = await openLab(aws, `hand-${kind}`);
      const [, make, name] = BY_HAND[index] ?? ['', () => Promise.resolve(), /^$/];
      await make(lab);
      const callsBefore = lab.calls.length;

      const up = await lab.up();
      const down = await lab.down();
      const status = await lab.status();

      expect(up.kind === 'refused' && up.strangers.map(({ what }) => what)).toEqual([
        expect.stringMatching(name),
      ]);
      expect(
        lab.calls
          .slice(callsBefore)
          .filter((call) => /:(Create|Put|Update|Delete|Add|Remove|Tag|Untag)/.test(call)),
      ).toEqual([]);
      expect([outcomes(down)[kind], outcomes(status)[kind]]).toEqual(['kept', 'by-hand']);
    },
  );

  test('is a stage, on an API of ours, which down keeps with it', async () => {
    const lab = await openLab(aws, 'hand-stage');
    const report = await lab.up();
    const { id: restApiId } = (report.kind === 'up' ? report.things.get('api') : undefined) as Things['api'];
    const { apiGateway } = lab.aws;
    await apiGateway.send(new DeleteStageCommand({ restApiId, stageName: 'Prod' }));
    const { id: deploymentId } = await apiGateway.send(new CreateDeploymentCommand({ restApiId }));
    await apiGateway.send(new CreateStageCommand({ restApiId, stageName: 'prod', deploymentId }));

    const refused = await lab.up();
    const status = await lab.status();
    const down = await lab.down();

    expect(refused).toMatchObject({
      kind: 'refused',
      strangers: [{ what: `stage prod (/restapis/${restApiId}/stages/prod)` }],
    });
    expect(outcomes(status)['deployment']).toBe('by-hand');
    expect(outcomes(down)).toMatchObject({ api: 'kept', deployment: 'kept', function: 'removed' });
    expect(down.steps[3]?.remark).toBe('the stage prod on it was made by hand');
    const { stageName } = await apiGateway.send(new GetStageCommand({ restApiId, stageName: 'prod' }));
    expect(stageName).toBe('prod');
  });

  test('is there several times: all are named with their ids', async () => {
    const lab = await openLab(aws, 'several');
    await lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name }));
    await lab.aws.apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name }));

    const report = await lab.up();

    expect(report.kind === 'refused' && report.strangers).toHaveLength(2);
  });

  test('is a log group: it serves as well, and outlives the lab', async () => {
    const lab = await openLab(aws, 'hand-logs');
    const logGroupName = lab.lab.function.logGroup;
    await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName }));

    const up = await lab.up();
    const down = await lab.down();

    const { logGroups } = await lab.aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
    );
    expect([up.kind, outcomes(down)['teardown'], logGroups?.length]).toEqual(['up', 'kept', 1]);
  });
});

describe('a role that was given', () => {
  test('is used, checked, and left by down', async () => {
    const owner = await openLab(aws, 'giver');
    const { Role } = await createRole(owner, 'the-given-role');
    const lab = await openLab(aws, 'given', { roleArn: Role?.Arn });

    const up = await lab.up();
    const later = await openLab(aws, 'given');
    const again = await later.up();
    const down = await later.down();

    expect([up.kind, outcomes(up)['role']]).toEqual(['up', 'unchanged']);
    expect(outcomes(again)['function']).toBe('unchanged');
    expect(outcomes(down)['role']).toBe('kept');
  });

  test('is remembered also where it bears the name of the lab’s own, and left by down', async () => {
    const owner = await openLab(aws, 'namesake');
    const { Role } = await createRole(owner, owner.lab.role.name);
    await (await openLab(aws, 'namesake', { roleArn: Role?.Arn })).up();
    const later = await openLab(aws, 'namesake');

    const again = await later.up();
    const down = await later.down();

    expect([again.kind, outcomes(again)['role']]).toEqual(['up', 'unchanged']);
    expect(down.steps[0]).toMatchObject({
      outcome: 'kept',
      remark: `the given role ${Role?.Arn ?? ''} is kept`,
    });
  });

  test('is taken on trust by whoever may not look at it', async () => {
    const { Role } = await createRole(await openLab(aws, 'hidden'), 'the-hidden-role');
    const session = await openSession(aws, 'somebody');
    await session.bear({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'iam:GetRole', Resource: Role?.Arn },
      ],
    });
    const lab = await openLab(session.aws, 'hidden', { roleArn: Role?.Arn });

    const up = await lab.up();

    expect(up.kind).toBe('up');
    expect(up.steps[0]).toMatchObject({
      outcome: 'unchanged',
      remark: `given, not checked: ${Role?.Arn ?? ''}`,
    });
  });

  test.each([
    ['is not there', 'no-such-role', undefined],
    ['does not trust Lambda', 'the-role-of-ec2', 'ec2.amazonaws.com'],
  ])('is named where it %s, and nothing is made', async (_, name, Service) => {
    const Statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
    const owner = await openLab(aws, 'unfit');
    if (Service !== undefined) await createRole(owner, name, { Version: '2012-10-17', Statement });
    const roleArn = `arn:aws:iam::${aws.account}:role/${name}`;
    const lab = await openLab(aws, 'unfit', { roleArn });

    const up = await lab.up();

    expect(up).toMatchObject({
      ...{ kind: 'failed', step: 'role' },
      error: { message: `The role ${roleArn} is missing, or Lambda may not assume it.` },
    });
    expect(outcomes(await lab.status())['function']).toBe('missing');
  });

  test('has policies of its own: --policy is refused', async () => {
    const { Role } = await createRole(await openLab(aws, 'both'), 'the-role-with-policies');
    const lab = await openLab(aws, 'both', { roleArn: Role?.Arn, policy: 'tutorial' });

    expect(await lab.up()).toMatchObject({
      ...{ kind: 'failed', step: 'role' },
      error: { code: 'usage', message: expect.stringContaining('--policy is for a role of the lab') },
    });
    expect(lab.writes()).toEqual([]);
  });

  test('after the lab made its own: down takes its own, and leaves the given one', async () => {
    const first = await openLab(aws, 'switched');
    await first.up();
    const { Role } = await createRole(first, 'another-given-role');
    await (await openLab(aws, 'switched', { roleArn: Role?.Arn })).up();

    const down = await (await openLab(aws, 'switched')).down();

    const roles = await first.aws.iam.send(new ListRolesCommand({}));
    const names = roles.Roles?.map(({ RoleName }) => RoleName);
    expect(outcomes(down)['role']).toBe('removed');
    expect(names).toContain('another-given-role');
    expect(names).not.toContain(first.lab.role.name);
  });
});

describe('policies by hand on the lab’s own role', () => {
  test('are let be and said, until they are adopted', async () => {
    const lab = await openLab(aws, 'bearer');
    await lab.up();
    const { iam } = lab.aws;
    const { name: RoleName } = lab.lab.role;
    const PolicyDocument = JSON.stringify(rolePolicy('least', lab.lab, lab.env.place));
    const awsOwn = 'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess';
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'their-inline', PolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: awsOwn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy?.Arn }));

    const before = await lab.status();
    await lab.adopt();
    const after = await lab.status();

    const [first, second] = [before, after].map(({ steps }) => steps[0]);
    expect([first?.outcome, second?.outcome]).toEqual(['in-order', 'in-order']);
    expect(first?.remark?.split(': ')[1]?.split(', ').sort()).toEqual(
      [Policy?.Arn, awsOwn, 'their-inline'].sort(),
    );
    expect(second?.remark).toBe(`also bears, by hand: their-inline, ${awsOwn}`);
  });
});

describe('a role of the same lab in another region', () => {
  test('is not taken for this one’s: roles are global', async () => {
    const lab = await openLab(aws, 'abroad');
    await lab.aws.iam.send(
      new CreateRoleCommand({
        RoleName: lab.lab.role.name,
        AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
        Tags: [
          { Key: 'lab-setup:lab', Value: 'abroad' },
          { Key: 'lab-setup:region', Value: 'eu-west-1' },
        ],
      }),
    );

    const up = await lab.up();
    const down = await lab.down();

    expect(up).toMatchObject({ kind: 'refused', strangers: [{ owner: 'the lab’s in eu-west-1' }] });
    expect(down.steps[0]).toMatchObject({ outcome: 'kept', remark: 'the lab’s in eu-west-1' });
  });
});
