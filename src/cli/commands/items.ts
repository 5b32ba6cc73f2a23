import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { plainNumber, toPlain } from '../../../handler/plain-json.js';
import { isGone } from '../../aws/errors.js';
import { holdYoungGeneration } from '../../aws/young-generation.js';
import { LabError } from '../../lab-error.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

/**
 * A page's items, fewer where they are large: so 10,000 items take 9 MiB beyond what 100 take, and 38 by DynamoDB's megabyte at
 * a time.
 */
const PAGE_ITEMS = 100;

/** Reads the table directly with the SDK, one item a line: the tutorial's look at the console's Items tab. */
export const items: Command<object> = async (context) => {
  const { aws, lab, edge } = context;
  // As the function shows them too: sets as arrays, binary as base64, numbers that JavaScript cannot hold as text.
  const client = DynamoDBDocumentClient.from(aws.dynamodb, {
    unmarshallOptions: { wrapNumbers: plainNumber },
  });
  const list = edge.screen.openList('items');
  let count = 0;
  try {
    const pages = paginateScan({ client, pageSize: PAGE_ITEMS }, { TableName: lab.table.name });
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        count += 1;
        await list.add(toPlain(item));
      }
      if (page.LastEvaluatedKey) holdYoungGeneration();
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new LabError('not-in-order', `There is no table ${lab.table.name}.`, {
      hint: '`lab-setup status` says what is missing, and what puts it right.',
    });
  }
  edge.screen.progress(`${count} ${count === 1 ? 'item' : 'items'} in ${lab.table.name}`);
  return { exitCode: EXIT.ok, members: {} };
};
