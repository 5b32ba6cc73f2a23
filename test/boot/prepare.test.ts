/** npm's `prepare` builds for whoever installs or packs, and leaves what is built alone where npx only links a checkout. */
import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

const WHOLE = ['cli.cjs', 'local-aws.cjs'];

let folder: string;
let checkout: string;

/** A checkout with the real `prepare`, whose build does nothing but say so. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-prepare-'));
  checkout = join(folder, 'checkout');
  await mkdir(join(checkout, 'dist'), { recursive: true });
  const manifest = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
    scripts: { prepare: string };
  };
  const { prepare } = manifest.scripts;
  const stub = { name: 'stub', version: '1.0.0', type: 'module', bin: 'bin.js', scripts: { prepare } };
  await writeFile(join(checkout, 'package.json'), JSON.stringify(stub));
  await writeFile(join(checkout, 'bin.js'), '#!/usr/bin/env node\nconsole.log("ran");\n', { mode: 0o755 });
  await cp(join(PACKAGE, 'esbuild.prepare.js'), join(checkout, 'esbuild.prepare.js'));
  const build = "import { writeFileSync } from 'node:fs';\nwriteFileSync('built', '');\n";
  await writeFile(join(checkout, 'esbuild.config.js'), build);
  await mkdir(join(checkout, 'node_modules', 'esbuild'), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Types it in the checkout, in a home that only this test has used; npm asks no registry. */
function type(command: string): Promise<{ stdout: string }> {
  const [program = '', ...words] = command.split(' ');
  return run(program, words, {
    cwd: checkout,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: join(folder, 'home'),
      npm_config_offline: 'true',
      npm_config_audit: 'false',
      npm_config_update_notifier: 'false',
      // As where a script that npx runs installs something.
      npm_command: 'exec',
    },
  });
}

async function builds(command: string, built: readonly string[]): Promise<boolean> {
  for (const file of built) await writeFile(join(checkout, 'dist', file), '');
  await type(command);
  return access(join(checkout, 'built')).then(
    () => true,
    () => false,
  );
}

test.each([
  ['npx stub', WHOLE, false],
  ['npx stub', ['cli.cjs'], true],
  ['npx stub', ['local-aws.cjs'], true],
  ['npm install', WHOLE, true],
  ['npm pack', WHOLE, true],
])('%s where there are %j: builds %j', async (command, built, expected) => {
  expect(await builds(command, built)).toBe(expected);
});

test('npx in a checkout where nothing is installed builds nothing, and serves there afterwards', async () => {
  const installed = join(checkout, 'node_modules');
  await rm(installed, { recursive: true });
  expect(await builds('npx stub', [])).toBe(false);

  await mkdir(join(installed, 'esbuild'), { recursive: true });

  expect(await type('npx stub')).toMatchObject({ stdout: 'ran\n' });
});

test('a command of a checkout that is not built names what builds it', async () => {
  await cp(join(PACKAGE, 'bin'), join(checkout, 'bin'), { recursive: true });

  await expect(run(process.execPath, [join(checkout, 'bin', 'lab-setup.js')])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Error: .* not built yet\.\nNext: .*`npm ci`\n$/) as unknown,
  });
});
