import { afterAll, expect, test } from '@jest/globals';
import { allSteps, openLab, outcomes } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { simulatedTime } from '../_helpers/simulated-time.js';

const clock = simulatedTime();
let aws: TestAws;
afterAll(async () => {
  clock.stop();
  await aws.stop();
});

test('a lab comes up on an AWS that takes its time, and in simulated time nobody waits for it', async () => {
  aws = await startTestAws({ clock, likeAws: true });
  const notes = new Set<string>();
  const lab = await openLab(aws, 'slow', {}, { clock, note: (text) => void notes.add(text) });

  const built = outcomes(await lab.up());

  expect(built).toEqual({ ...allSteps('created'), redeploy: 'unchanged' });
  expect([...notes]).toEqual(
    expect.arrayContaining([
      'waiting until Lambda may assume the new role',
      expect.stringMatching(/^waiting until DynamoDB has made .* ACTIVE$/),
      expect.stringMatching(/^waiting until Lambda has made .* ready$/),
    ]),
  );
  expect(clock.elapsed()).toBeGreaterThan(10_000);
});
