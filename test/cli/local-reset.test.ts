/** `local reset` on a terminal: it asks first, since it takes every lab. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { local } from '../../src/cli/commands/local.js';
import { homeAt } from '../../src/cli/home.js';
import { sitAt } from '../_helpers/command.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterAll(() => aws.stop());

/** Resets a local AWS that is stopped, and has something on disk. @returns what is left of it, too */
async function reset(name: string, how: { types?: string; yes?: boolean; interactive?: boolean }) {
  const { types, yes = false, interactive = true } = how;
  const home = homeAt(join(aws.folder, name));
  await mkdir(join(home.localAws, 'state'), { recursive: true });
  await writeFile(join(home.localAws, 'state', 'a-table'), 'x'.repeat(2_000_000));
  const { context, said } = sitAt(aws, await openLab(aws, name), types === undefined ? {} : { types });
  const { edge } = context;
  const screen = { ...edge.screen, interactive };
  const { exitCode } = await local({ ...edge, home, screen }, 'reset', { region: undefined, yes });
  return { exitCode, said: said(), left: await readdir(home.localAws).catch(() => []) };
}

test('at n keeps everything', async () => {
  const { exitCode, said, left } = await reset('kept', { types: 'n\n' });

  expect(said).toMatch(/This deletes all that is in the local AWS, of every lab: 2\.0 MB in /);
  expect(said).toContain('Nothing was deleted.');
  expect([exitCode, left]).toEqual([1, ['state']]);
});

test.each([
  ['at y', { types: 'y\n' }],
  ['with --yes', { yes: true }],
  ['without a terminal', { interactive: false }],
])('%s deletes everything', async (name, how) => {
  const { exitCode, left } = await reset(name.replaceAll(' ', ''), how);

  expect([exitCode, left]).toEqual([0, []]);
});
