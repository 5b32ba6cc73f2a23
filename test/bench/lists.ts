import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openAccount, type Account } from './account.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved } from './sample.js';

/** Of 1 KiB each: a page of DynamoDB, which ends after 1 MB, holds a thousand. */
const FEW = 100;
const MANY = 10_000;
const MORE = 30_000;
const FILLER = 'x'.repeat(1_000);

/** A page of 1 MB at work, with what is made of it, and the garbage of some more; in MiB. */
const PAGED = 32;
/** No more for three times as many pages, save for what runs differ by. */
const FLAT = 1.2;

/** The reader of the longest list does not read at first: what is not taken must not be kept. */
const LATE_MS = 1_000;

const COMMANDS = ['items', 'items --json', 'invoke list --all', 'invoke list --all --json'] as const;

/** Commands that list a table: the most memory that they have at once, for more and more items. */
export async function lists(): Promise<Row[]> {
  await using few = await openTable(FEW);
  await using many = await openTable(MANY);
  await using more = await openTable(MORE);
  const rows: Row[] = [];
  for (const command of COMMANDS) {
    const peaks = await interleaved({
      few: () => few.peakOf(command),
      many: () => many.peakOf(command),
      more: () => more.peakOf(command, { readAfterMs: LATE_MS }),
    });
    rows.push(
      rowOf({
        what: `${command}, peak memory of ${counted(MANY)} beyond ${counted(FEW)}`,
        unit: 'MiB',
        value: peaks.many - peaks.few,
        goal: atMost(PAGED, 'value'),
      }),
      rowOf({
        what: `${command}, peak memory, ${counted(MORE)}, read late`,
        unit: 'MiB',
        value: peaks.more,
        floor: { what: counted(MANY), value: peaks.many },
        goal: atMost(FLAT),
      }),
    );
  }
  return rows;
}

const counted = (items: number): string => `${items.toLocaleString('en-US')} items`;

/** BatchWriteItem takes no more. */
const BATCH = 25;

/** An account with a lab that is up, and so many items in its table. */
async function openTable(count: number): Promise<Account> {
  const account = await openAccount();
  await account.run('up');
  const client = new DynamoDBClient(account.aws.clientConfig);
  for (let first = 0; first < count; first += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, nth) => ({
      PutRequest: { Item: { id: { S: `item-${first + nth}` }, text: { S: FILLER } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { 'lambda-apigateway': batch } }));
  }
  client.destroy();
  return account;
}
