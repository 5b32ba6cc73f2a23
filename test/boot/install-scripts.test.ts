/** npm warns at each install of packages whose install scripts nobody has decided on; `allowScripts` decides on each. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const read = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8'));

test('each package with an install script is decided on, and no other', async () => {
  const { packages } = (await read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const { allowScripts } = (await read('package.json')) as { allowScripts: Record<string, boolean> };
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));

  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
});

test('what lab-setup and its build cannot do without may run its own', async () => {
  expect(await read('package.json')).toMatchObject({
    allowScripts: { 'classic-level': true, esbuild: true, 'unrs-resolver': true },
  });
});
