/** A role that the lab of this name uses in another region: no command tells how to change or delete it. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { down } from '../../src/cli/commands/down.js';
import { status } from '../../src/cli/commands/status.js';
import { up } from '../../src/cli/commands/up.js';
import { TRUST_POLICY } from '../../src/tutorial/policies.js';
import { sitAt, type Sitting } from '../_helpers/command.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

/** Sits at a lab of which the role alone is there, and that in eu-west-1. */
async function sitAbroad(name: string): Promise<Sitting> {
  const lab = await openLab(aws, name);
  await lab.aws.iam.send(
    new CreateRoleCommand({
      RoleName: lab.lab.role.name,
      AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
      Tags: [
        { Key: 'lab-setup:lab', Value: name },
        { Key: 'lab-setup:region', Value: 'eu-west-1' },
      ],
    }),
  );
  return sitAt(aws, lab);
}

test('status says whose it is, and has no command for it or for what would stand on it', async () => {
  const { context, said } = await sitAbroad('checked');

  await status(context, { showKey: false });

  expect(said()).toContain('owner: expected this lab, found the lab’s in eu-west-1');
  expect(said()).not.toContain('put-role-policy');
  expect(said()).not.toContain('create-function');
  expect(said()).not.toContain('--adopt');
  expect(said()).toContain('What is another lab’s is to stay as it is; nothing was touched.');
});

test.each([false, true])('up calls it another lab’s, and not made by hand (--adopt: %s)', async (adopt) => {
  const { context } = await sitAbroad(`refused-${adopt}`);
  const options = {
    verify: false,
    showKey: false,
    adoptIds: [],
    yes: true,
    dryRun: false,
    course: undefined,
  };

  const { error } = await up(context, { ...options, adopt });

  expect(error?.message).toMatch(/^Another lab’s: IAM role .* \(of the same lab in eu-west-1\)/);
  expect(error?.hint).toMatch(/^Take that lab down where it is, or build beside it: /);
});

test('down keeps it, and points nobody at the lines that would remove it', async () => {
  const { context, said } = await sitAbroad('kept');

  const { exitCode } = await down(context, { yes: true, includeAdopted: false });

  expect(exitCode).toBe(0);
  expect(said()).toMatch(/ 1 {2}role .* kept .*\(the lab’s in eu-west-1\)/);
  expect(said()).not.toContain('steps 12');
});
