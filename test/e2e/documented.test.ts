/** Every example in a help text and in the README is run here, as it is printed. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newMachine, type Machine } from '../_helpers/cli.js';
import { helpExamples, readmeChapters, withoutChance, type Shown } from '../_helpers/documented.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));

/** Stands for AWS itself where an example has a real account in mind. */
let account: TestAws;
let machine: Machine;

beforeAll(async () => {
  [account, machine] = await Promise.all([startTestAws(), newMachine()]);
});
afterAll(() => Promise.all([account.stop(), machine.leave()]));

/** The example, sent to the account that stands for a real one, where it has one in mind. */
function standingIn(typed: string): string {
  if (!typed.includes('--target aws')) return typed;
  const endpoint = `--endpoint-url ${account.endpoint}`;
  return typed.includes('--endpoint-url')
    ? typed.replace(/--endpoint-url \S+/, endpoint)
    : `${typed} ${endpoint}`;
}

const credentials = (): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: account.clientConfig.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: account.clientConfig.credentials.secretAccessKey,
});

test('every example in a help text does what it says', async () => {
  const failed: object[] = [];
  for (const typed of helpExamples()) {
    const isStream = /--follow|--watch/.test(typed);
    const args = standingIn(typed).replace(/^lab-setup /, '');
    const home = typed.includes('--target aws') ? { LAB_SETUP_HOME: join(machine.home, 'aws') } : {};
    const env = { ...credentials(), ...home };
    const run = await machine.run(args, { env, ...(isStream ? { interruptAfter: 'Ctrl-C' } : {}) });
    if (run.code !== (isStream ? 130 : 0)) failed.push({ typed, ...run });
  }

  expect(failed).toEqual([]);
}, 120_000);

/** Types all this into one bash, with `lab-setup` as npx would find it. @returns what each printed, on both streams */
async function typeAll(home: string, lines: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-e2e-'));
  const npx = `#!/bin/sh\nshift\nnpm_command=exec exec "${process.execPath}" "${BINARY}" "$@"\n`;
  await writeFile(join(folder, 'npx'), npx, { mode: 0o700 });
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = credentials();
  await writeFile(
    join(folder, 'credentials'),
    `[my-profile]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    { mode: 0o600 },
  );
  const bash = spawn('bash', [], {
    env: {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      LAB_SETUP_HOME: home,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...credentials(),
    },
  });
  bash.stdin.end(lines.map((line) => `{ ${line}\n} 2>&1 </dev/null; printf '\\036'\n`).join(''));
  const printed = await text(bash.stdout);
  await rm(folder, { recursive: true, force: true });
  return printed.split('\u001e').slice(0, lines.length);
}

/** The lines that are shown and were not printed, in this order. */
function notPrinted({ printed }: Shown, actual: string): string[] {
  let rest = withoutChance(actual).split('\n');
  return printed
    .map((line) => withoutChance(line).trimEnd())
    .filter((line) => {
      if (line === '' || line.trim() === '…') return false;
      const at = rest.findIndex((each) => each.trimEnd() === line);
      rest = rest.slice(at + 1);
      return at < 0;
    });
}

describe('the README', () => {
  test.each([['The walk'], ['In a real account'], ['The local AWS']])(
    'shows in "%s" what is printed',
    async (title) => {
      const chapter = (await readmeChapters()).find((each) => each.title === title);
      // The aws CLI is not ours: `npm run interop` asks it.
      const shown = chapter?.shown.filter(({ typed }) => !typed.startsWith('aws ')) ?? [];
      const home = join(machine.home, title.replaceAll(' ', '-'));
      const isReal = title === 'In a real account';

      const printed = await typeAll(
        home,
        // In a real account `down` asks, and here is no terminal to ask on.
        shown.map(({ typed }) => standingIn(isReal && typed.endsWith(' down') ? `${typed} --yes` : typed)),
      );
      await typeAll(home, ['npx lab-setup local stop']);

      expect(shown.length).toBeGreaterThan(0);
      expect(printed.join('')).not.toMatch(/^Error/m);
      expect(shown.flatMap((each, index) => notPrinted(each, printed[index] ?? ''))).toEqual([]);
    },
    60_000,
  );

  test('has no other chapter in which something is typed', async () => {
    const titles = (await readmeChapters()).map(({ title }) => title);

    expect(titles).toEqual(['The walk', 'In a real account', 'The local AWS']);
  });
});
