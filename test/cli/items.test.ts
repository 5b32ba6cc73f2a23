/** The look into the table, page by page. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { items } from '../../src/cli/commands/items.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { runCommand } from '../_helpers/run-command.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** BatchWriteItem takes no more. */
const BATCH = 25;

test('items are read 100 at a time, and all of them are shown', async () => {
  const lab = await openLab(aws, 'default');
  await lab.up();
  for (let first = 0; first < 150; first += BATCH) {
    const puts = Array.from({ length: BATCH }, (_, nth) => ({
      PutRequest: { Item: { id: { S: `item-${first + nth}` } } },
    }));
    await lab.aws.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [lab.lab.table.name]: puts } }));
  }
  const before = lab.calls.length;

  const { stdout } = await runCommand({ aws, lab }, items, {});

  expect(stdout.trim().split('\n')).toHaveLength(150);
  expect(lab.calls.slice(before)).toEqual(['dynamodb:Scan', 'dynamodb:Scan']);
});
