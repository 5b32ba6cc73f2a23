/** What is deleted while `up` waits until AWS has made it ready, as by a `down` in another terminal, is made again. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { faulty } from '../_helpers/faults.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { simulatedTime } from '../_helpers/simulated-time.js';

const time = simulatedTime();
const faults = faulty();
let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws({ clock: time, likeAws: true, faults: faults.plan });
});
afterEach(() => {
  faults.clear();
  aws.release();
});
afterAll(async () => {
  await aws.stop();
  time.stop();
});

/** By the call after which it is deleted: the making of the table, and the first look at the function. */
const DELETED: Readonly<Record<string, (lab: TestLab) => Promise<unknown>>> = {
  'dynamodb:CreateTable': ({ aws: { dynamodb }, lab: { table } }) =>
    dynamodb.send(new DeleteTableCommand({ TableName: table.name })),
  'lambda:GetFunctionConfiguration': ({ aws: { lambda }, lab }) =>
    lambda.send(new DeleteFunctionCommand({ FunctionName: lab.function.name })),
};

test.each(Object.keys(DELETED).map((call, index) => [call, index] as const))(
  'after %s',
  async (call, index) => {
    const lab = await openLab(aws, `meanwhile-${index}`, {}, { clock: time });
    const other = await openLab(aws, `meanwhile-${index}`, {}, { clock: time });
    faults.set(call, {
      after: async (gone) => {
        faults.clear();
        // DynamoDB deletes no table that it is still making.
        await time.hold(30_000, gone);
        await DELETED[call]?.(other);
        return undefined;
      },
    });

    const report = await lab.up();

    expect(report.kind).toBe('up');
    expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
  },
);
