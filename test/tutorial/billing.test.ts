/** DynamoDB makes one change of a table at a time: `up` waits for another run's, and for its own where the answer was lost. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { ending, faulty } from '../_helpers/faults.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { simulatedTime } from '../_helpers/simulated-time.js';

const time = simulatedTime();
const faults = faulty();
let aws: TestAws;
beforeAll(async () => {
  aws = await startTestAws({ clock: time, likeAws: true, faults: faults.plan });
});
afterAll(async () => {
  await aws.stop();
  time.stop();
});
afterEach(() => faults.clear());

const UpdateTable = 'dynamodb:UpdateTable';
let lab: TestLab;
let other: TestLab;
beforeEach(async () => {
  lab = await openLab(aws, 'billed', {}, { clock: time });
  other = await openLab(aws, 'billed', {}, { clock: time });
  await lab.up();
  await lab.aws.dynamodb.send(
    new UpdateTableCommand({
      TableName: lab.lab.table.name,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
  await time.sleep(60_000, new AbortController().signal);
});

// The first was by hand, to make the difference.
test('a change whose answer was lost is not made twice', async () => {
  faults.set(`${UpdateTable}#2`, { after: ending('reset') });

  const report = await lab.up();

  expect(report.kind).toBe('up');
  expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
});

test('two runs that both saw the difference come to an end', async () => {
  faults.set(UpdateTable, { before: (gone) => time.hold(5_000, gone).then(() => undefined) });

  const reports = await Promise.all([lab.up(), other.up()]);

  expect(reports.map(({ kind }) => kind)).toEqual(['up', 'up']);
  expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
});
