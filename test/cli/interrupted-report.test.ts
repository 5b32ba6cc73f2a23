/** What is said after Ctrl-C: what stands, what was under way, and then nothing more. */
import { expect, test } from '@jest/globals';
import type { StepReport } from '../../src/engine/events.js';
import { interrupted, interruptedDown } from '../../src/cli/render/next.js';
import { createProgress } from '../../src/cli/render/progress.js';
import { plainScreen } from '../_helpers/plain-screen.js';

const step = (id: string, outcome: StepReport['outcome'], remark?: string): StepReport => ({
  ...{ number: 1, id, name: `thing ${id}`, outcome, differences: [], ms: 0 },
  ...(remark === undefined ? {} : { remark }),
});

test('a down counts the log group among what still stands', () => {
  const reports = [
    step('role', 'removed'),
    step('table', 'skipped', 'under way when it was interrupted'),
    step('teardown', 'in-order'),
  ];

  expect(interruptedDown(reports).message).toBe(
    'Interrupted. What still stands: thing teardown. Under way, and perhaps gone: table.',
  );
});

test('a down says which log group it did not look for', () => {
  expect(interruptedDown([step('role', 'removed'), step('teardown', 'skipped')]).message).toContain(
    'Not looked for yet: thing teardown.',
  );
});

test.each([
  [
    'before anything was removed',
    [step('role', 'in-order'), step('table', 'absent')],
    /^Interrupted before anything was removed\.$/,
  ],
  [
    'with something under way that was the first',
    [step('role', 'in-order'), step('table', 'skipped', 'under way when it was interrupted')],
    /^Interrupted\. What still stands: role\. Under way, and perhaps gone: table\.$/,
  ],
  [
    'with what differs among what stands',
    [step('role', 'drifted'), step('table', 'removed'), step('key', 'skipped')],
    /^Interrupted\. What still stands: role\.$/,
  ],
  [
    'when all is gone that was seen',
    [step('role', 'removed'), step('table', 'absent')],
    /^Interrupted\. What still stands: nothing, but it was not all read again\.$/,
  ],
])('a down is told truly: %s', (_, reports, message) => {
  expect(interruptedDown(reports).message).toMatch(message);
});

test.each([
  [
    'before anything was made',
    [step('role', 'missing'), step('table', 'by-hand')],
    /^Interrupted before anything was changed\.$/,
  ],
  [
    'with what was made, put right or in order, and what may be',
    [
      ...[step('role', 'created'), step('function', 'repaired'), step('api', 'unchanged')],
      ...[step('key', 'in-order'), step('table', 'skipped', 'under way when it was interrupted')],
    ],
    /^Interrupted\. What stands: role, function, api, key\. Under way, and perhaps made: table\.$/,
  ],
])('an up is told truly: %s', (_, reports, message) => {
  expect(interrupted(reports, 'up').message).toMatch(message);
});

test('after Ctrl-C the progress shows what it held back, and then is silent', async () => {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const screen = plainScreen(stream);
  const ctrlC = new AbortController();
  const terminal = () => ({ input: process.stdin, output: process.stderr });
  const progress = await createProgress({ screen, terminal, signal: ctrlC.signal }, ['role', 'table']);

  progress.listener({ kind: 'finished', report: step('table', 'created') });
  ctrlC.abort();
  progress.listener({ kind: 'finished', report: step('role', 'failed') });
  progress.listener({ kind: 'note', step: 'role', text: 'waiting' });
  progress.end();

  expect(said.join('')).toMatch(/^ 1 {2}table .* created .*\n$/);
});
