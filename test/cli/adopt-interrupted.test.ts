/** Ctrl-C while `up --adopt` tags what was made by hand: it tells what it has touched by then, and how it goes on. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { up } from '../../src/cli/commands/up.js';
import { openStorm, type Storm } from '../_helpers/chaos.js';
import { sitAt } from '../_helpers/command.js';
import { buildByHand } from '../_helpers/hand-built.js';
import { allSteps, outcomes } from '../_helpers/lab.js';

let storm: Storm;
beforeAll(async () => void (storm = await openStorm()));
afterAll(() => storm.aws.stop());

const ADOPT = {
  ...{ adopt: true, adoptIds: [], yes: true, dryRun: false, verify: false, showKey: false },
  course: undefined,
};

test.each([
  ['and AWS does it', undefined],
  ['and the connection is lost', 'reset' as const],
])('while a tag is set, %s', async (_how, ending) => {
  const name = `cut-${ending ?? 'done'}`;
  const seenBy = await storm.open(name);
  await buildByHand(seenBy);
  const ctrlC = new AbortController();
  const { context } = sitAt(storm.aws, await storm.open(name, { signal: ctrlC.signal }));
  storm.begin((point) =>
    point === 'dynamodb:TagResource#1' ? { after: () => (ctrlC.abort(), ending) } : undefined,
  );

  const { exitCode, error } = await up(context, ADOPT);
  storm.end();
  const states = outcomes(await seenBy.status());
  await seenBy.adopt();

  expect(exitCode).toBe(130);
  expect(error?.message).toMatch(/^Interrupted\. What stands: nothing yet\. Under way, .*\btable\b/);
  expect(error?.hint).toContain('Go on with `lab-setup up --adopt`');
  expect(states['table']).toBe('in-order');
  expect(outcomes(await seenBy.status())).toEqual(allSteps('in-order'));
});
