/**
 * `npm run bench`: measures against floors in the same run, prints a table, and ends with exit code 1 when a goal is missed.
 *
 *     npm run bench                        all groups
 *     npm run bench -- start-up handler    these groups
 *     npm run bench -- --markdown          the table as the README has it
 *     npm run bench -- --json              one JSON document
 *     npm run bench -- --json-file FILE    the table, and the JSON document into FILE
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { GROUPS } from './groups.js';
import { describeMachine } from './machine.js';
import { report } from './report.js';
import type { Row } from './row.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    'json-file': { type: 'string' },
  },
});

const names = positionals.length > 0 ? positionals : Object.keys(GROUPS);
const rows: Row[] = [];
for (const name of names) {
  const group = GROUPS[name];
  if (!group) throw new Error(`There is no group ${name}; there are ${Object.keys(GROUPS).join(', ')}.`);
  console.error(`Measuring: ${name} …`);
  rows.push(...(await group()));
}

const run = { machine: await describeMachine(), rows };
if (flags['json-file'] !== undefined) await writeFile(flags['json-file'], `${report('json', run)}\n`);
console.log(report(flags.json ? 'json' : flags.markdown ? 'markdown' : 'table', run));

const missed = rows.filter(({ met }) => !met);
if (missed.length > 0) {
  console.error(`\nMissed: ${missed.map(({ what }) => what).join('; ')}.`);
  process.exitCode = 1;
}
