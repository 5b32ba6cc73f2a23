import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { env } from '../../src/cli/commands/env.js';
import { sitAt } from '../_helpers/command.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

test('env names the same command for PowerShell where cmd cannot hold a value, and prints nothing of it', async () => {
  const lab = await openLab(aws, 'percent');
  const { context, said } = sitAt(aws, lab);
  const target = { ...context.target, kind: 'aws' as const, profile: '100%' };

  const failing = env({ ...context, target }, { shell: 'cmd', showKey: false });

  await expect(failing).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('The value of AWS_PROFILE has a " or a % in it'),
    hint: 'Use PowerShell: `lab-setup env --shell powershell`',
  });
  expect(said()).toBe('');
});

test('env unsets for a profile the keys that the aws CLI would take instead, and else leaves them', async () => {
  const lab = await openLab(aws, 'profile');
  const { context, said } = sitAt(aws, lab);
  const target = { ...context.target, profile: 'mine' };

  await env(context, { shell: 'bash', showKey: false });
  const before = said();
  await env({ ...context, target }, { shell: 'bash', showKey: false });

  expect(before).not.toContain('unset');
  expect(said()).toMatch(
    /AWS_PROFILE='mine'\nunset AWS_ACCESS_KEY_ID\nunset AWS_SECRET_ACCESS_KEY\nunset AWS_SESSION_TOKEN\n$/,
  );
});
