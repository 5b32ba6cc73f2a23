/** A function that is still at work when its lab goes down makes its log group anew, without the lab's tag. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LabError } from '../../src/lab-error.js';
import type { Happening } from '../../src/local/faults.js';
import { quickClock } from '../_helpers/chaos.js';
import { faulty } from '../_helpers/faults.js';
import { openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const faults = faulty();
let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws({ faults: faults.plan })));
afterEach(() => {
  faults.clear();
  aws.release();
});
afterAll(() => aws.stop());

/** A lab that is up, whose log group is made anew when one is deleted, so often. */
async function lateLab(name: string, times: number): Promise<TestLab> {
  const lab = await openLab(aws, name, {}, { clock: quickClock() });
  await lab.up();
  const { logGroup: logGroupName } = lab.lab.function;
  let left = times;
  const invocation: Happening = async () => {
    if (left > 0) await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName }));
    left -= 1;
    return undefined;
  };
  faults.set('logs:DeleteLogGroup', { after: invocation });
  return lab;
}

async function logGroupsOf({ aws: { logs }, lab }: TestLab): Promise<number> {
  const request = new DescribeLogGroupsCommand({ logGroupNamePrefix: lab.function.logGroup });
  return ((await logs.send(request)).logGroups ?? []).length;
}

test.each([1, 3])('a log group that is made anew %i times is seen and removed', async (times) => {
  const lab = await lateLab(`late-${times}`, times);

  const report = await lab.down();

  expect(report).toMatchObject({ kind: 'down', clean: true });
  expect([outcomes(report)['teardown'], await logGroupsOf(lab)]).toEqual(['removed', 0]);
});

test('one that is made anew without end is left over, and down says what to do', async () => {
  const lab = await lateLab('late-ever', Infinity);

  const report = await lab.down();

  expect(report).toMatchObject({ kind: 'failed', step: 'teardown' });
  const error = report.kind === 'failed' ? report.error : undefined;
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({
    code: 'not-in-order',
    message: `The log group ${lab.lab.function.logGroup} was made anew each time it was deleted.`,
    hint: expect.stringContaining('Something still calls the function.'),
  });
});
