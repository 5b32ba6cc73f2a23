/** The tutorial's console test, where the function cannot answer it: judged as `invoke` judges. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteFunctionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { items } from '../../src/cli/commands/items.js';
import { testEcho } from '../../src/cli/commands/test-echo.js';
import { runAwsLine } from '../_helpers/aws-program.js';
import { buildByHand, type Clicked, type HandBuilt } from '../_helpers/hand-built.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { runCommand, type Ended } from '../_helpers/run-command.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

const ECHOES: Clicked = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  code: { 'index.js': 'exports.handler = async (event) => event.payload;' },
};

const echo = (lab: HandBuilt): Promise<Ended> => runCommand({ aws, lab }, testEcho, {});

const TRUSTING_EC2 = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** What goes wrong, and the setting that is named for it. */
const ROWS: Readonly<Record<string, readonly [(lab: HandBuilt) => Promise<unknown>, string]>> = {
  trust: [
    ({ aws: { iam }, RoleName }) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(TRUSTING_EC2) })),
    'role trust',
  ],
  handler: [
    ({ aws: { lambda }, FunctionName }) =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Handler: 'index.nope' })),
    'function handler',
  ],
};

test.each(Object.keys(ROWS))(
  'test-echo names the cause, and what it says puts it right: %s',
  async (name) => {
    const [change = () => Promise.resolve(), setting] = ROWS[name] ?? [];
    const lab = await buildByHand(await openLab(aws, name), ECHOES);
    await change(lab);

    const { exitCode, error, members, stderr } = await echo(lab);
    const [environment, ...lines] = error?.commands ?? [];
    for (const line of lines) await runAwsLine(lab.aws, line);

    const causes = members?.['causes'] as { step: string; setting: string; why: string }[];
    expect([exitCode, [...new Set(causes.map((each) => `${each.step} ${each.setting}`))]]).toEqual([
      1,
      [setting],
    ]);
    expect(stderr).toMatch(/^Cause: step /m);
    expect(stderr).not.toContain(causes[0]?.why);
    expect(error?.message).toContain(causes[0]?.why);
    expect(environment).toBe('eval "$(lab-setup env)"');
    expect((await echo(lab)).exitCode).toBe(0);
  },
);

test('test-echo and items send to status where the function or the table is gone: up would refuse what is by hand', async () => {
  const lab = await buildByHand(await openLab(aws, 'gone'), ECHOES);
  await lab.aws.lambda.send(new DeleteFunctionCommand({ FunctionName: lab.FunctionName }));
  await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName: lab.lab.table.name }));

  const hint = '`lab-setup status` says what is missing, and what puts it right.';
  await expect(echo(lab)).rejects.toMatchObject({ code: 'not-in-order', hint });
  await expect(runCommand({ aws, lab }, items, {})).rejects.toMatchObject({ code: 'not-in-order', hint });
});
