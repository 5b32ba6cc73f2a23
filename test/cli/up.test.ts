/** What `up` says when it cannot end: what is missing, what was not begun, and the ways out. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiKeyCommand,
  CreateRestApiCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { status } from '../../src/cli/commands/status.js';
import { up } from '../../src/cli/commands/up.js';
import type { CommandResult } from '../../src/cli/command.js';
import { readRecord } from '../../src/cli/home.js';
import { sayVerified } from '../../src/cli/verify.js';
import { LabError } from '../../src/lab-error.js';
import { describeLab } from '../../src/tutorial/lab.js';
import { TRUST_POLICY } from '../../src/tutorial/policies.js';
import { leastPersonPolicy } from '../../src/tutorial/permissions.js';
import { sitAt } from '../_helpers/command.js';
import { openLab, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { serve } from '../_helpers/scripted-server.js';
import { openSession } from '../_helpers/session.js';
import { standing } from '../_helpers/standing-lab.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

const OPTIONS = {
  verify: false,
  showKey: false,
  adopt: false,
  adoptIds: [],
  yes: false,
  dryRun: false,
  course: undefined,
};

/** A learner in a company's account, who may do all that the lab needs but one thing. */
async function learner(name: string, denied: string) {
  const session = await openSession(aws, `learner-${name}`);
  const { Statement, ...policy } = leastPersonPolicy(describeLab(name), {
    partition: 'aws',
    account: aws.account,
    region: aws.region,
  });
  const Deny = { Effect: 'Deny', Action: denied, Resource: '*' };
  await session.bear({ ...policy, Statement: [...Statement, Deny] });
  return openLab(session.aws, name);
}

test('who may make no role is told so, what was not begun, and that a role may be given', async () => {
  const { context, said } = sitAt(aws, await learner('roleless', 'iam:CreateRole'));

  const { exitCode, error } = await up(context, OPTIONS);

  expect(exitCode).toBe(5);
  expect(error).toMatchObject({ code: 'denied', step: 'role', call: 'iam:CreateRole' });
  expect(error?.message).toContain('is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::');
  expect(error?.hint).toMatch(
    /^Ask for an exception for iam:CreateRole on arn:aws:iam::.* from the explicit deny/,
  );
  expect(error?.hint).toContain('Or use a role that exists: `lab-setup up --role-arn ARN`');
  expect(said()).toMatch(/ 1 {2}role .* failed /);
  expect(said()).toMatch(/Not begun: function, .*redeploy/);
});

test('who may not make something else is not sent to another role', async () => {
  const { context } = sitAt(aws, await learner('tableless', 'dynamodb:CreateTable'));

  const { error } = await up(context, OPTIONS);

  expect(error).toMatchObject({ code: 'denied', step: 'table' });
  expect(error?.hint).not.toContain('--role-arn');
});

test('a lab in order that nothing remembers any more is remembered again', async () => {
  const lab = await openLab(aws, 'forgotten');
  await lab.up();
  const { context } = sitAt(aws, lab);

  await up(context, OPTIONS);

  expect(await readRecord(context.edge.home, 'forgotten')).toEqual(context.here);
});

test('the plan of a lab of which something is missing says how it is carried out', async () => {
  const lab = await openLab(aws, 'nearly');
  await lab.up();
  await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName: lab.lab.table.name }));
  const { context, said } = sitAt(aws, lab);

  await up(context, { ...OPTIONS, dryRun: true });

  expect(said()).toMatch(/ 3 {2}table .* would be created/);
  expect(said()).toContain('To have it done, type the same command without --dry-run.');
});

test('the plan of a lab in order says that nothing is to be done', async () => {
  const lab = await openLab(aws, 'in-order');
  await lab.up();
  const { context, said } = sitAt(aws, lab);

  const { exitCode } = await up(context, { ...OPTIONS, dryRun: true });

  expect(exitCode).toBe(0);
  expect(said()).toMatch(/\n\nNothing was done, and nothing is to be done\.\n$/);
});

describe('an endpoint that says twice that a quota is used up', () => {
  /** Brings the lab up; its calls go to the test's AWS, its pings to an endpoint of their own. */
  async function upAt(lab: TestLab): Promise<CommandResult> {
    let refusals = 2;
    await using endpoint = await serve((headers) => {
      if (!('x-api-key' in headers)) return { status: 403 };
      return refusals-- > 0
        ? { status: 429, body: { message: 'Limit Exceeded' } }
        : { status: 200, body: 'pong' };
    });
    const { context } = sitAt(aws, lab);
    const target = { ...context.target, kind: 'local' as const, endpoint: endpoint.endpoint };
    return await up(
      { ...context, target, located: Promise.resolve({ ...context, target }) },
      OPTIONS_VERIFIED,
    );
  }
  const OPTIONS_VERIFIED = { ...OPTIONS, verify: true };

  test('is believed, where the plan was in order', async () => {
    const lab = await openLab(aws, 'used-up');
    await lab.up();

    const { exitCode, error } = await upAt(lab);

    expect([exitCode, error?.message]).toEqual([
      1,
      expect.stringContaining('quota of the usage plan is used up'),
    ]);
  });

  test('is waited for, where this run took the quota away', async () => {
    const lab = await openLab(aws, 'quota-removed');
    const { usagePlanId } = standing(lab, await lab.up());
    const patchOperations = [
      { op: 'add' as const, path: '/quota/limit', value: '1' },
      { op: 'add' as const, path: '/quota/period', value: 'DAY' },
    ];
    await lab.aws.apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));

    expect((await upAt(lab)).exitCode).toBe(0);
  });
});

test('the plan says where up would fail: at a role that is not there, and at a table with another key', async () => {
  const roleArn = 'arn:aws:iam::000000000000:role/not-there';
  const lab = await openLab(aws, 'unfit', { roleArn });
  await lab.aws.dynamodb.send(
    new CreateTableCommand({
      TableName: lab.lab.table.name,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'lab-setup:lab', Value: 'unfit' }],
    }),
  );
  const { context, said } = sitAt(aws, lab);

  await up(context, { ...OPTIONS, dryRun: true });

  expect(said()).toMatch(/ 1 {2}role .* would fail /);
  expect(said()).toMatch(/ 3 {2}table .* would fail\n {6}key: expected id \(S\), found pk \(S\)/);
  expect(said()).toContain('Nothing was done. It would fail at role and table: put that right first.');
});

test('status sends nobody to an up that would fail: another role is to be given', async () => {
  const roleArn = 'arn:aws:iam::000000000000:role/gone';
  const lab = await openLab(aws, 'roled', { roleArn });
  await lab.aws.iam.send(
    new CreateRoleCommand({ RoleName: 'gone', AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY) }),
  );
  await lab.up();
  await lab.aws.iam.send(new DeleteRoleCommand({ RoleName: 'gone' }));
  const { context, said } = sitAt(aws, lab);

  await status(context, { showKey: false });

  expect(said()).toMatch(/command {2}lab-setup up --role-arn ARN/);
  expect(said()).toMatch(/`lab-setup up .*` alone would fail: see above how each is put right\./);
});

test('a lab in order is from then on known by the profile that reached it: the former one may be gone', async () => {
  const lab = await openLab(aws, 'renamed-profile');
  await lab.up();
  const { context } = sitAt(aws, lab);
  const { here, edge } = context;
  const known = { ...context, record: { ...here, profile: 'former' }, here: { ...here, profile: 'renamed' } };

  await up({ ...known, located: Promise.resolve(known) }, OPTIONS);

  expect(await readRecord(edge.home, lab.lab.name)).toEqual(known.here);
});

test('of two names with two things each --adopt asks for one after the other, and forgets no answer', async () => {
  const lab = await openLab(aws, 'two-of-two');
  const { apiGateway } = lab.aws;
  const ids: string[] = [];
  for (let twice = 0; twice < 2; twice += 1) {
    const { id = '' } = await apiGateway.send(new CreateRestApiCommand({ name: lab.lab.api.name }));
    await apiGateway.send(new CreateApiKeyCommand({ name: lab.lab.key.name }));
    ids.push(id);
  }
  const adoptIds = ids.slice(0, 1);

  const { error } = await up(sitAt(aws, lab).context, { ...OPTIONS, adopt: true, yes: true, adoptIds });

  expect(error?.hint).toMatch(new RegExp(`--adopt --adopt-id ${adoptIds.join()} --adopt-id [a-z0-9]{10}\``));
});

test.each([
  ['AWS', undefined, /^Run it again\.$/],
  [
    'a server that may run no functions',
    'http://127.0.0.1:5000',
    /^Run it again\.\n.*`lab-setup up --no-verify`$/,
  ],
])('an endpoint that never answered and what to do at %s', async (_, endpoint, hint) => {
  const { context } = sitAt(aws, await openLab(aws, 'unanswered'));
  const error = new LabError('timed-out', 'Gave up.', { hint: 'Run it again.' });
  const where = { ...context, target: { ...context.target, endpoint } };

  const said = sayVerified(where, 'http://127.0.0.1:1', { kind: 'failed', error });

  expect(said?.hint).toMatch(hint);
});
