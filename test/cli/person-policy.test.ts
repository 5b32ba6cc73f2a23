/** The policy that `steps --policy` prints, on the local AWS, which holds a session to exactly what its role's policies allow. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateDeploymentCommand,
  PutIntegrationResponseCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { items } from '../../src/cli/commands/items.js';
import { logs } from '../../src/cli/commands/logs.js';
import { testEcho } from '../../src/cli/commands/test-echo.js';
import { locate } from '../../src/cli/located.js';
import type { LabError } from '../../src/lab-error.js';
import { describeLab, type LabOptions } from '../../src/tutorial/lab.js';
import { leastPersonPolicy, TO_ADOPT, TO_REPAIR } from '../../src/tutorial/permissions.js';
import { rolePolicy, TRUST_POLICY, type PolicyDocument } from '../../src/tutorial/policies.js';
import type { Things } from '../../src/tutorial/step.js';
import { sitAt } from '../_helpers/command.js';
import { patched } from '../_helpers/drift.js';
import { buildByHand, type HandBuilt } from '../_helpers/hand-built.js';
import { openLab, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { openSession } from '../_helpers/session.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

const PLACE = { partition: 'aws', account: '000000000000', region: 'us-east-1' };
const policyOf = (name: string): PolicyDocument => leastPersonPolicy(describeLab(name), PLACE);

type Statement = PolicyDocument['Statement'][number];
const actionsOf = (statement: Statement): string[] => statement['Action'] as string[];

/** Every action of the policy, with the statement that it stands in. */
const ALL = policyOf('any').Statement.flatMap((statement) =>
  actionsOf(statement).map((action): [string, string] => [action, String(statement['Sid'])]),
);

/** The policy of this lab without one action of one statement. */
function without(name: string, action: string, sid: string): PolicyDocument {
  const policy = policyOf(name);
  const Statement = policy.Statement.map((each) =>
    each['Sid'] === sid ? { ...each, Action: actionsOf(each).filter((other) => other !== action) } : each,
  ).filter((each) => actionsOf(each).length > 0);
  return { ...policy, Statement };
}

/** The lab as a person sees it whose role bears this policy and no other. */
async function openAs(policy: PolicyDocument, name: string, options?: LabOptions): Promise<TestLab> {
  const session = await openSession(aws, `person-${name}`);
  await session.bear(policy);
  return openLab(session.aws, name, options);
}

/** A role for the lab `given`, made by whoever owns the account. @returns its ARN */
async function makeRole(RoleName: string): Promise<string> {
  const { iam } = (await openLab(aws, 'owner')).aws;
  const AssumeRolePolicyDocument = JSON.stringify(TRUST_POLICY);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = JSON.stringify(rolePolicy('least', describeLab('given'), PLACE));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'theirs', PolicyDocument }));
  return Role?.Arn ?? '';
}

/** up, test-echo, invoke, items, logs, status, redeploying, down: what went wrong first, if anything did. */
async function live(lab: TestLab): Promise<string | undefined> {
  try {
    const first = await lab.up();
    if (first.kind !== 'up') return faultOf(first);
    await callIt(lab);
    if (!(await lab.status()).ok) return 'status is not in order';
    await changeApi(lab.lab.name, first.things);
    const second = await lab.up();
    if (second.kind !== 'up') return faultOf(second);
    const down = await lab.down();
    return down.kind === 'down' && down.clean ? undefined : faultOf(down);
  } catch (error) {
    return String(error);
  }
}

const faultOf = (report: object): string =>
  'error' in report ? (report.error as LabError).message : JSON.stringify(report);

/** What the commands that call a lab and look into it ask of AWS; of `invoke`, all but the call itself, which needs no permission. */
async function callIt(lab: TestLab): Promise<void> {
  const { context } = sitAt(aws, lab);
  await testEcho(context, {});
  await locate(context);
  await items(context, {});
  await logs(context, { since: 60_000, follow: false });
}

/** Somebody else puts a template on an answer and deploys: Prod no longer serves what the lab declares. */
async function changeApi(name: string, things: ReadonlyMap<string, unknown>): Promise<void> {
  const { apiGateway } = (await openLab(aws, name)).aws;
  const { id: restApiId } = things.get('api') as Things['api'];
  const { id: resourceId } = things.get('resource') as Things['resource'];
  const answer = { restApiId, resourceId, httpMethod: 'POST', statusCode: '200' };
  const responseTemplates = { 'application/json': '{}' };
  await apiGateway.send(new PutIntegrationResponseCommand({ ...answer, responseTemplates }));
  await apiGateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'Prod' }));
}

describe('the policy of a person who runs a lab', () => {
  test('suffices: for up, test-echo, invoke, items, logs, status, redeploying and down', async () => {
    const lab = await openAs(policyOf('suffices'), 'suffices');

    expect(await live(lab)).toBeUndefined();
  });

  test('suffices without what writes the role, by which one could do anything, where a role is given', async () => {
    const roleArn = await makeRole('role-of-the-giver');
    const { Statement, ...rest } = policyOf('given');
    const narrow = Statement.map((each) => {
      if (each['Sid'] === 'PassedRole') return { ...each, Resource: roleArn };
      if (each['Sid'] !== 'Role') return each;
      return { ...each, Action: actionsOf(each).filter((action) => /:(Get|List)/.test(action)) };
    });
    const lab = await openAs({ ...rest, Statement: narrow }, 'given', { roleArn });

    expect(await live(lab)).toBeUndefined();
  });

  test.each(ALL)('needs %s (%s)', async (action, sid) => {
    const name = `without-${ALL.findIndex((each) => each[0] === action && each[1] === sid)}`;
    const lab = await openAs(without(name, action, sid), name);

    // A read without which a step cannot be judged shows as a step that is not in order.
    expect(await live(lab)).toMatch(new RegExp(`${action}|status is not in order`));
  });
});

/** A lab by hand is adopted, damaged by its owner, put right and taken down. @returns what went wrong first */
async function adoptAndRepair(name: string, actions: readonly string[]): Promise<string | undefined> {
  const owner = await buildByHand(await openLab(aws, name), { managedPolicy: true });
  const policy = policyOf(name);
  const besides = { Effect: 'Allow', Action: actions, Resource: '*' };
  const lab = await openAs({ ...policy, Statement: [...policy.Statement, besides] }, name);
  const first = await lab.adopt();
  if (first.kind !== 'up') return faultOf(first);
  await damage(owner);
  const second = await lab.up();
  if (second.kind !== 'up') return faultOf(second);
  const down = await lab.down({ includeAdopted: true });
  const left = down.steps.flatMap((step) => step.left ?? []);
  if (left.length > 0) return JSON.stringify(left);
  return down.kind === 'down' && down.clean ? undefined : faultOf(down);
}

/** Something of each step is changed. */
async function damage({ aws: clients, lab, RoleName, FunctionName, apiKey }: HandBuilt): Promise<void> {
  const { iam, lambda, dynamodb, apiGateway } = clients;
  const nobody = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: nobody });
  const { statementId: StatementId } = lab.permission;
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  const PolicyArn = `arn:aws:iam::${aws.account}:policy/lambda-apigateway-policy-of-${lab.name}`;
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALL_OF_IT }));
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  await lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName, StatementId, Action: 'lambda:InvokeFunction' },
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await dynamodb.send(
    new UpdateTableCommand({
      TableName: lab.table.name,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
  await apiGateway.send(new UpdateApiKeyCommand({ apiKey, ...patched('/enabled', 'false') }));
}

const ALL_OF_IT = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' },
});

describe('what the policy’s note names besides', () => {
  const NAMED = [...TO_REPAIR, ...TO_ADOPT];

  test('suffices to adopt a lab by hand, to repair it, and to take it down', async () => {
    expect(await adoptAndRepair('besides', NAMED)).toBeUndefined();
  });

  test.each(NAMED)('needs %s', async (action) => {
    const name = `besides-${NAMED.indexOf(action)}`;

    const fault = await adoptAndRepair(
      name,
      NAMED.filter((other) => other !== action),
    );

    expect(fault).toContain(action);
  });
});
