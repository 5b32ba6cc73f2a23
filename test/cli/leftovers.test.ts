/** The tutorial's own cleanup deletes table, function and API: `status` calls the rest leftovers, and says how they go. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DeleteRestApiCommand } from '@aws-sdk/client-api-gateway';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { ListPoliciesCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { status } from '../../src/cli/commands/status.js';
import { down } from '../../src/cli/commands/down.js';
import { leftoverLines, leftoversOf } from '../../src/cli/leftovers.js';
import type { StepReport } from '../../src/engine/events.js';
import { runAwsLine } from '../_helpers/aws-program.js';
import { sitAt } from '../_helpers/command.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** A lab by hand that was called once, and cleaned up by the tutorial's words. */
async function cleanedUp(name: string, managedPolicy: boolean): Promise<TestLab> {
  const lab = await openLab(aws, name);
  const { restApiId } = await buildByHand(lab, { managedPolicy });
  const { function: fn, table } = lab.lab;
  await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName: fn.logGroup }));
  await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName: table.name }));
  await lab.aws.lambda.send(new DeleteFunctionCommand({ FunctionName: fn.name }));
  await lab.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId }));
  return lab;
}

/** The managed policies of this account that are named after the lab. */
async function ownPolicies({ aws: { iam }, lab: { name } }: TestLab): Promise<(string | undefined)[]> {
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  return Policies.map(({ Arn }) => Arn).filter((arn) => arn?.endsWith(`-of-${name}`));
}

test('of what up made, status says that down removes the rest', async () => {
  const lab = await openLab(aws, 'ours');
  const { restApiId, TableName, FunctionName } = standing(lab, await lab.up());
  await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName }));
  await lab.aws.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await lab.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId }));
  const { context, said } = sitAt(aws, lab);

  await status(context, { showKey: false });

  expect(said()).toContain(
    'Put it right with `lab-setup up --lab ours`, or remove what there is of it with `lab-setup down --lab ours`.',
  );
});

test('status names each leftover, where it goes in the console, and says that nothing was touched', async () => {
  const lab = await cleanedUp('told', false);
  const before = lab.writes().length;
  const { context, said } = sitAt(aws, lab);

  const { exitCode } = await status(context, { showKey: false });

  for (const what of [
    'These are left over from it:',
    'IAM role lambda-apigateway-role-told',
    'IAM > Roles: select it, Delete',
    'log group /aws/lambda/LambdaFunctionOverHttps-told',
    'CloudWatch > Log groups: select it',
    'API key Lambda-key-told',
    'API Gateway > API keys: select it, Delete',
    'usage plan lambda-dynamodb-usageplan-told',
    'API Gateway > Usage plans: select it, Delete',
    'They were made by hand, so `lab-setup down --lab told` keeps them.',
    '`lab-setup up --adopt --lab told`, then `lab-setup down --lab told`',
  ])
    expect(said()).toContain(what);
  expect([exitCode, lab.writes().length - before]).toEqual([3, 0]);
});

test('nothing is a leftover while the table, the function or the API stands, or a thing of the lab’s own', async () => {
  const lab = await cleanedUp('standing', false);
  const { context } = sitAt(aws, lab);
  const report = await lab.status();
  const leftIf = (id: string, outcome: StepReport['outcome']): number => {
    const steps = report.steps.map((step) => (step.id === id ? { ...step, outcome } : step));
    return leftoversOf(context, { ...report, steps }).length;
  };

  expect(['table', 'function', 'api'].map((id) => leftIf(id, 'by-hand'))).toEqual([0, 0, 0]);
  expect([leftIf('key', 'in-order'), leftIf('role', 'drifted')]).toEqual([0, 0]);
  expect(leftIf('key', 'missing')).toBe(4);
});

test.each([false, true])(
  'the aws lines that it prints remove all of them (a managed policy: %s)',
  async (managedPolicy) => {
    const lab = await cleanedUp(`lines-${managedPolicy}`, managedPolicy);
    const { context } = sitAt(aws, lab);

    const leftovers = leftoversOf(context, await lab.status());
    for (const line of leftovers.flatMap(({ commands }) => commands)) await runAwsLine(lab.aws, line);

    const after = await lab.status();
    expect(leftovers).toHaveLength(managedPolicy ? 5 : 4);
    expect(await ownPolicies(lab)).toEqual([]);
    expect([outcomes(after), [...after.strangers.values()].flat()]).toEqual([allSteps('missing'), []]);
  },
);

test('before its lines comes the one that points the aws CLI at the local AWS, there alone', async () => {
  const lab = await cleanedUp('pointed', false);
  const { context } = sitAt(aws, lab);
  const local = { ...context, target: { ...context.target, kind: 'local' as const } };
  const leftovers = leftoversOf(context, await lab.status());

  const line = 'First, for these lines: `eval "$(lab-setup env --lab pointed)"`';
  expect(leftoverLines(local, leftovers)).toContain(line);
  expect(leftoverLines(context, leftovers).join()).not.toContain('lab-setup env');
});

test('on another server each line names it: without that it would delete in the account of the shell', async () => {
  const lab = await cleanedUp('elsewhere', false);
  const { context } = sitAt(aws, lab);
  const endpoint = 'http://127.0.0.1:4566';
  const target = { ...context.target, kind: 'aws' as const, profile: 'class', endpoint };

  const leftovers = leftoversOf({ ...context, target }, await lab.status());

  const lines = leftovers.flatMap(({ commands }) => commands);
  const where = `--region ${aws.region} --profile class --endpoint-url ${endpoint}`;
  expect(lines.filter((line) => !line.endsWith(where))).toEqual([]);
  expect(lines).toHaveLength(5);
});

test('down keeps them, and says so of each', async () => {
  const lab = await cleanedUp('kept', false);
  const { context, said } = sitAt(aws, lab);

  const { exitCode } = await down(context, { yes: true, includeAdopted: false });

  expect(said()).toContain('Everything else is gone; 4 kept, as said above.');
  expect(said().match(/made by hand|not made by lab-setup/g)).toHaveLength(4);
  expect(exitCode).toBe(0);
});

test('up --adopt builds the lab anew with them, and down then takes all of it', async () => {
  const lab = await cleanedUp('adopted', true);

  const up = await lab.adopt();
  const gone = await lab.down();

  expect(up.kind).toBe('up');
  expect(gone).toMatchObject({ kind: 'down', clean: true });
  expect(outcomes(gone)).toEqual({ ...allSteps('removed'), teardown: 'removed' });
  expect(up.steps[0]?.remark).toContain('policy/lambda-apigateway-policy-of-adopted adopted');
  expect(await ownPolicies(lab)).toEqual([]);
});
