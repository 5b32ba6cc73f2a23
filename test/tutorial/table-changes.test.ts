/** DynamoDB changes a table slowly, and makes one change at a time: `up` waits for its own and for another run's. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../src/local/errors.js';
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
  lab = await openLab(aws, 'changed', {}, { clock: time });
  other = await openLab(aws, 'changed', {}, { clock: time });
  await lab.up();
});

/** Somebody gives the table provisioned throughput, and DynamoDB has done it. */
async function provision({ aws: { dynamodb }, lab: { table } }: TestLab): Promise<void> {
  await dynamodb.send(
    new UpdateTableCommand({
      TableName: table.name,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
  await time.sleep(60_000, new AbortController().signal);
}

// The first was by hand, to make the difference.
test('a change whose answer was lost is not made twice', async () => {
  await provision(lab);
  faults.set(`${UpdateTable}#2`, { after: ending('reset') });

  const report = await lab.up();

  expect(report.kind).toBe('up');
  expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
});

test('two runs that both see another billing come to an end', async () => {
  await provision(lab);
  faults.set(UpdateTable, { before: (gone) => time.hold(5_000, gone).then(() => undefined) });

  const reports = await Promise.all([lab.up(), other.up()]);

  expect(reports.map(({ kind }) => kind)).toEqual(['up', 'up']);
  expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
});

test('two runs that both see the table being deleted come to an end: one makes it anew, the other goes on with it', async () => {
  await lab.aws.dynamodb.send(new DeleteTableCommand({ TableName: lab.lab.table.name }));

  const reports = await Promise.all([lab.up(), other.up()]);

  expect(reports.map(({ kind }) => kind)).toEqual(['up', 'up']);
  expect(outcomes(await lab.status())).toEqual(allSteps('in-order'));
});

test.each(['ValidationException', 'ResourceInUseException'])(
  'a down does not wait for a table that is protected against deletion: %s',
  async (code) => {
    const message =
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.';
    faults.set('dynamodb:DeleteTable', { before: ending(new AwsError({ code, status: 400, message })) });

    const report = await lab.down();

    expect(report).toMatchObject({ kind: 'failed', step: 'table', error: { name: code, message } });
  },
);

test('a down is over when the table that it deleted is gone, though an up has made another one by then', async () => {
  let risen: Promise<unknown> = Promise.resolve();
  faults.set('dynamodb:DeleteTable', {
    after: async (gone) => {
      risen = other.up();
      await time.hold(60_000, gone);
      return undefined;
    },
  });

  const report = await lab.down();
  await risen;

  expect(report).toMatchObject({ kind: 'down', clean: false });
  expect(report.steps[2]).toMatchObject({ id: 'table', remark: 'still there when it was read again' });
});
