/** `down` removes the role with its policies, also with one that comes late. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { AttachRolePolicyCommand } from '@aws-sdk/client-iam';
import { quickClock } from '../_helpers/chaos.js';
import { faulty } from '../_helpers/faults.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const faults = faulty();
let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws({ faults: faults.plan })));
afterEach(() => {
  faults.clear();
  aws.release();
});
afterAll(() => aws.stop());

const PolicyArn = 'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess';

test('a policy that the role is given while it is removed goes too, as when an up runs beside a down', async () => {
  const lab = await openLab(aws, 'late-policy', {}, { clock: quickClock() });
  await lab.up();
  faults.set('iam:DeleteRole#1', {
    before: async () => {
      const { name: RoleName } = lab.lab.role;
      await lab.aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      return undefined;
    },
  });

  const report = await lab.down();

  expect(report).toMatchObject({ kind: 'down', clean: true });
  expect(report.steps[0]?.remark).toBe(`detached, not deleted: ${PolicyArn}`);
});
