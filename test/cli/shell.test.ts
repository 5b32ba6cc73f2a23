import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { portableJson, SYNTAX } from '../../src/cli/shell.js';

const execute = promisify(execFile);
const SEED = 20_261_127;

/** What prints the lines that set the variable. */
const SET_KEY = 'npx lab-setup env --show-key --lab ana';

/** What a POSIX shell hands to curl when it is given this line: its arguments, and what comes by the pipe. */
async function handedToCurl(line: string): Promise<{ args: string[]; piped: string }> {
  const curl = `curl() { cat; printf '\\n'; printf '%s\\n' "$@"; }`;
  const { stdout } = await execute('sh', ['-c', `${curl}\n${line}`], { env: { LAB_API_KEY: 'the-key' } });
  const [piped = '', ...args] = stdout.trimEnd().split('\n');
  return { args, piped };
}

test('portable JSON says the same, in characters that no shell takes for itself', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value: unknown = JSON.parse(json);
      const text = portableJson(value);
      expect(JSON.parse(text)).toEqual(value);
      expect(text).toMatch(/^[\w\s"{}[\]:,.+\-*/=?~@#();\\]*$/);
      expect(text).not.toMatch(/\\["\\]/);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('a POSIX shell hands the request to curl as it is, and the key by a pipe', async () => {
  const body = portableJson({ a: `it's "quoted", 100 % of $HOME \`and\` \\ more\n` });

  const { args, piped } = await handedToCurl(SYNTAX.bash.post('http://127.0.0.1:1/x', body, SET_KEY));

  expect(piped).toBe('x-api-key: the-key');
  expect(args).toEqual([
    ...['-sS', '-H', '@-', '-H', 'content-type: application/json'],
    ...['-d', body, 'http://127.0.0.1:1/x'],
  ]);
});

test.each([SET_KEY, `${SET_KEY} --target aws --profile 'my $(own)'`])(
  'without the key a POSIX shell sends nothing, and says how it is set: %s',
  async (setKey) => {
    const line = SYNTAX.bash.post('http://127.0.0.1:1/x', '{}', setKey);

    const run = execute('sh', ['-c', `curl() { echo sent; }\n${line}`], { env: {} });

    await expect(run).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringContaining(`LAB_API_KEY: is not set; run: eval "$(${setKey})"`),
    });
  },
);

test.each(['bash', 'zsh', 'fish', 'powershell', 'cmd'] as const)(
  '%s takes the key from a variable',
  (shell) => {
    const line = SYNTAX[shell].post(
      'https://api.example/Prod/dynamodbmanager',
      '{"operation":"ping"}',
      SET_KEY,
    );

    expect(line).toMatch(/\$LAB_API_KEY|\$env:LAB_API_KEY|%LAB_API_KEY%/);
  },
);

test.each([
  ['bash', `export NAME='it'\\''s'`],
  ['fish', `set -gx NAME 'it\\'s'`],
  ['powershell', `$env:NAME = 'it''s'`],
  ['cmd', `set "NAME=it's"`],
] as const)('%s sets a variable to what is meant', (shell, line) => {
  expect(SYNTAX[shell].set('NAME', "it's")).toBe(line);
});

test('no quote of those that PowerShell knows ends what is between its quotes', () => {
  expect(SYNTAX.powershell.set('NAME', 'Ana’s; ‘a‚b‛')).toBe("$env:NAME = 'Ana’’s; ‘‘a‚‚b‛‛'");
});

test.each([`a"&calc`, '%PATH%', 'a\nb'])(
  'no line for cmd is made of a value that it would read as its own: %j',
  (value) => {
    expect(SYNTAX.cmd.set('AWS_PROFILE', value)).toBeUndefined();
  },
);
