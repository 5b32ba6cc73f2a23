import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { complete, COMPLETION_SCRIPTS, tableOf } from '../../src/cli/completion.js';
import { createProgram } from '../../src/cli/program.js';

const execute = promisify(execFile);
const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));

/** The words that may stand where `typed` ends. */
function completed(typed: string): string[] {
  const program = createProgram('1.0.0', () => undefined);
  const table = tableOf(program, {
    '--lab': ['ana', 'ben'],
    'steps <step>': ['table', 'teardown'],
  });
  return complete(table, typed.split(' ')).map(({ word }) => word);
}

test.each([
  ['a command', 'it', ['items']],
  ['a command behind a flag', '--json it', ['items']],
  ['a command behind a flag and its value', '--lab ana it', ['items']],
  ['an argument', 'invoke cr', ['create']],
  ['an argument that the program knows by itself', 'steps ta', ['table']],
  ['every argument', 'local ', ['start', 'stop', 'status', 'reset']],
  ['an argument behind a flag and its value', 'invoke --id 1 p', ['ping']],
  ['nothing behind the last argument', 'local start ', []],
  ['a flag of the command', 'logs --fo', ['--follow']],
  ['a flag of all commands', 'logs --ver', ['--version', '--verbose']],
  ['the value of a flag', 'curl --shell f', ['fish']],
  ['the names of labs', 'status --lab ', ['ana', 'ben']],
  ['targets', 'up --target a', ['aws']],
  ['nothing where the value may be anything', 'up --region ', []],
  ['nothing behind an unknown command', 'frobnicate x', []],
])('%s: lab-setup %s', (_, typed, expected) => {
  expect(completed(typed)).toEqual(expected);
});

test('what only shells ask for is not offered', () => {
  expect(completed('compl')).toEqual(['completion']);
});

test('bash completes by the script', async () => {
  const program = `lab-setup() { "${process.execPath}" "${BINARY}" "$@"; }`;
  const typed = 'COMP_WORDS=(lab-setup local start --lik); COMP_CWORD=3; _lab_setup';

  const { stdout } = await execute('bash', [
    '-c',
    `${program}; ${COMPLETION_SCRIPTS.bash}\n${typed}; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);

  expect(stdout).toBe('--like-aws\n');
});
