import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { isGone } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { labFlag } from '../located.js';

/** Reads the table directly with the SDK, one item a line: the tutorial's look at the console's Items tab. */
export const items: Command<object> = async (context) => {
  const { aws, lab, edge } = context;
  const collected: unknown[] = [];
  let count = 0;
  try {
    for await (const page of paginateScan({ client: aws.dynamodb }, { TableName: lab.table.name })) {
      for (const item of page.Items ?? []) {
        count += 1;
        if (edge.screen.voice === 'json') collected.push(plain(item));
        else edge.screen.result(JSON.stringify(plain(item)));
      }
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new LabError('not-in-order', `There is no table ${lab.table.name}.`, {
      hint: `Bring the lab up with \`lab-setup up${labFlag(lab.name)}\`.`,
    });
  }
  edge.screen.progress(`${count} ${count === 1 ? 'item' : 'items'} in ${lab.table.name}`);
  return { exitCode: EXIT.ok, members: { items: collected } };
};

/** Sets as arrays and binary as base64, as the function gives them too. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
