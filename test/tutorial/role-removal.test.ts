/** `down` removes the role with its policies, also one that comes late, and one of which only half was done. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { AttachRolePolicyCommand, ListPoliciesCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { quickClock } from '../_helpers/chaos.js';
import { faulty } from '../_helpers/faults.js';
import { buildByHand } from '../_helpers/hand-built.js';
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

test('an adopted policy that a down took off the role and did not come to delete is deleted by the next', async () => {
  const ctrlC = new AbortController();
  const lab = await openLab(aws, 'half', {}, { clock: quickClock() });
  await buildByHand(lab, { managedPolicy: true });
  await lab.adopt();
  faults.set('iam:DeletePolicy#1', {
    before: () => {
      ctrlC.abort();
      return 'reset';
    },
  });

  const cut = await (await openLab(aws, 'half', {}, { signal: ctrlC.signal })).down({ includeAdopted: true });
  const report = await lab.down({ includeAdopted: true });
  const { Policies } = await lab.aws.iam.send(new ListPoliciesCommand({ Scope: 'Local' }));

  expect(cut.kind).toBe('interrupted');
  expect(report).toMatchObject({ kind: 'down', clean: true });
  expect(Policies).toEqual([]);
});

test('a role that another down removes before this one has noted the policy on it is gone all the same', async () => {
  const lab = await openLab(aws, 'two-downs', {}, { clock: quickClock() });
  await buildByHand(lab, { managedPolicy: true });
  await lab.adopt();
  const other = await openLab(aws, 'two-downs', {}, { clock: quickClock() });
  faults.set('iam:TagRole', {
    before: async () => {
      faults.clear();
      await other.down({ includeAdopted: true });
      return undefined;
    },
  });

  expect(await lab.down({ includeAdopted: true })).toMatchObject({ kind: 'down', clean: true });
});

test('a role that can bear no tag more is removed without the note', async () => {
  const lab = await openLab(aws, 'full-of-tags', {}, { clock: quickClock() });
  const { RoleName } = await buildByHand(lab, { managedPolicy: true });
  await lab.adopt();
  const Tags = Array.from({ length: 47 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
  await lab.aws.iam.send(new TagRoleCommand({ RoleName, Tags }));

  expect(await lab.down({ includeAdopted: true })).toMatchObject({ kind: 'down', clean: true });
});
