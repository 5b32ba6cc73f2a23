import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { bareNode, runNode } from './command.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved } from './sample.js';

/** The handler as it is shipped. */
export const BUNDLE = fileURLToPath(new URL('../../dist/handler/index.js', import.meta.url));

/** What is shipped to Lambda: how big it is, and how long a fresh process takes to load it and to answer a first event. */
export async function handler(): Promise<Row[]> {
  const bundle = await readFile(BUNDLE);
  const archive = await archiveHandler(bundle);
  // By itself in a folder, as in Lambda: below this package's own manifest it would be taken for an ES module.
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-bench-'));
  await writeFile(join(folder, 'index.js'), bundle);
  const load = `require(${JSON.stringify(join(folder, 'index.js'))})`;
  const { floor, init, ping } = await interleaved({
    floor: bareNode,
    init: async () => (await runNode(['-e', load])).ms,
    ping: async () => (await runNode(['-e', `${load}.handler({ operation: 'ping' })`])).ms,
  }).finally(() => rm(folder, { recursive: true, force: true }));
  const bare = { what: 'node -e 0', value: floor };
  return [
    rowOf({
      what: 'handler: zip',
      unit: 'KiB',
      value: archive.zip.byteLength / 1024,
      goal: atMost(110, 'value'),
    }),
    rowOf({
      what: 'handler: cold init, whole process',
      unit: 'ms',
      value: init,
      floor: bare,
      goal: atMost(4),
    }),
    rowOf({
      what: 'handler: cold init and first ping',
      unit: 'ms',
      value: ping,
      floor: bare,
      goal: atMost(4),
    }),
  ];
}
