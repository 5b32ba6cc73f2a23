/** A server serves those of its build, for as long as it could start functions as it did when it began. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { buildOf, ownBuild } from '../../src/local/build.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-build-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const isGone = (file: string): Promise<void> => rm(file);
const isAnother = (file: string): Promise<void> => utimes(file, 0, 0);

test.each([
  ['script', 'is gone', isGone],
  ['script', 'was built anew', isAnother],
  ['node', 'is gone', isGone],
  ['node', 'is another version', isAnother],
])('a server whose %s %s is of no build any more', async (name, _, change) => {
  const [script, node] = [join(folder, 'script'), join(folder, 'node')];
  for (const file of [script, node]) await writeFile(file, '');
  const build = await ownBuild(script, node);
  expect(build()).toBe(await buildOf(script));

  await change(join(folder, name));

  expect(build()).toBe('');
});
