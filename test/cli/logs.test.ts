import { expect, test } from '@jest/globals';
import { logs } from '../../src/cli/commands/logs.js';
import { testEcho } from '../../src/cli/commands/test-echo.js';
import { faulty } from '../_helpers/faults.js';
import { openLab } from '../_helpers/lab.js';
import { startTestAws } from '../_helpers/local-aws.js';
import { runCommand } from '../_helpers/run-command.js';

const ALL = { since: 60_000, follow: false };

test('logs prints a line an event, and with --json begins the document with them, before it knows the last', async () => {
  await using aws = await startTestAws();
  const lab = await openLab(aws, 'logged');
  await lab.up();
  await runCommand({ aws, lab }, testEcho, {});

  const said = await runCommand({ aws, lab }, logs, ALL);
  const begun = await runCommand({ aws, lab }, logs, ALL, { voice: 'json' });

  const [first, ...rest] = said.stdout.trimEnd().split('\n');
  expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}\S/);
  const { events } = JSON.parse(`${begun.stdout}]}`) as { events: object[] };
  // What the function logged at its end may have come in meanwhile.
  expect(events.length).toBeGreaterThan(rest.length);
  for (const event of events) {
    expect(event).toMatchObject({ timestamp: expect.stringMatching(/Z$/), message: expect.any(String) });
  }
});

test('logs of a function that has no log group says so', async () => {
  await using aws = await startTestAws();
  const lab = await openLab(aws, 'none');

  await expect(runCommand({ aws, lab }, logs, ALL)).rejects.toMatchObject({ code: 'not-in-order' });
});

test('logs --follow that is ended by Ctrl-C says nothing more, also where a call is under way', async () => {
  const faults = faulty();
  await using aws = await startTestAws({ faults: faults.plan });
  const ctrlC = new AbortController();
  const lab = await openLab(aws, 'followed', {}, { signal: ctrlC.signal });
  await lab.up();
  faults.set('logs:FilterLogEvents', {
    before: () => {
      ctrlC.abort();
      return 'reset';
    },
  });

  const { exitCode, error } = await runCommand({ aws, lab }, logs, { ...ALL, follow: true });

  expect({ exitCode, error }).toEqual({ exitCode: 130, error: undefined });
});
