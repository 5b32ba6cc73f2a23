/** `status` for somebody who may not read one of the services: the rest is checked, and each step says why it was not. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { status } from '../../src/cli/commands/status.js';
import { openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { runCommand } from '../_helpers/run-command.js';
import { openSession, type Session } from '../_helpers/session.js';

let aws: TestAws;
let session: Session;
let lab: TestLab;
beforeAll(async () => {
  aws = await startTestAws();
  const owner = await openLab(aws, 'default');
  await owner.up();
  // A fault that is there to be found, whatever cannot be read.
  const FunctionName = owner.lab.function.name;
  await owner.aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
  session = await openSession(aws, 'reader');
  lab = await openLab(session.aws, 'default');
});
afterAll(() => aws.stop());

const but = (denied: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: denied, Resource: '*' },
  ],
});

const DRIFTED = { function: 'drifted' };

test.each([
  ['iam:*', { ...DRIFTED, role: 'failed' }],
  ['lambda:*', { function: 'failed', permission: 'skipped' }],
  ['logs:*', { function: 'failed', permission: 'skipped' }],
  ['dynamodb:*', { ...DRIFTED, table: 'failed' }],
  [
    'apigateway:*',
    {
      ...DRIFTED,
      ...{ api: 'failed', key: 'failed', resource: 'skipped', method: 'skipped', permission: 'skipped' },
      ...{ deployment: 'skipped', 'usage-plan': 'skipped', redeploy: 'skipped' },
    },
  ],
])('%s', async (denied, notInOrder) => {
  await session.bear(but(denied));

  const { exitCode, members, stdout, error } = await runCommand({ aws, lab }, status, { showKey: false });

  const { steps } = members as { steps: { id: string; outcome: string; error?: { code: string } }[] };
  const notFine = Object.entries(outcomes({ steps })).filter(([, outcome]) => outcome !== 'in-order');
  const failed = steps.filter(({ outcome }) => outcome === 'failed');
  expect(Object.fromEntries(notFine)).toEqual(notInOrder);
  expect(failed.map((each) => each.error?.code)).toEqual(failed.map(() => 'denied'));
  expect(stdout.match(/could not be checked: AWS refused \w+:\w+/g)).toHaveLength(failed.length);
  expect([exitCode, error?.code]).toEqual([5, 'denied']);
});

test('without the function nobody can tell whether a role is missing: another may have been given', async () => {
  await session.bear(but('lambda:*'));
  const none = await openLab(session.aws, 'none');

  const { members } = await runCommand({ aws, lab: none }, status, { showKey: false });

  const { steps } = members as { steps: { id: string; outcome: string }[] };
  expect(outcomes({ steps })).toMatchObject({ role: 'skipped', function: 'failed', table: 'missing' });
});
