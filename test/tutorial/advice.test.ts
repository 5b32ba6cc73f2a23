/** What is said of a deviation, where that turns on the values. */
import { expect, test } from '@jest/globals';
import { adviceFor } from '../../src/tutorial/advice/advise.js';
import { describeLab } from '../../src/tutorial/lab.js';

const FACTS = {
  lab: describeLab('default'),
  place: { partition: 'aws', account: '000000000000', region: 'us-east-1' },
  things: {},
} as const;

test.each([
  ['memory', 128, 64, /^With less memory than the lab’s the first, cold call/, ['capacity']],
  ['timeout', 10, 3, /^With less time than the lab’s the first, cold call/, ['capacity']],
  ['memory', 128, 256, /may cost more/, []],
] as const)('of the function’s %s, which is %i in the lab: %i', (setting, expected, actual, why, stops) => {
  const difference = { setting, expected, actual };

  const advice = adviceFor('function', difference, FACTS);

  expect(advice?.why).toMatch(why);
  expect(advice?.stops).toEqual(stops);
});

test('the role whose trust is to be edited is the one that was given', () => {
  const policies = { inline: [], attached: [] };
  const arn = 'arn:aws:iam::000000000000:role/service/theirs';
  const role = { ...{ arn, given: true, own: false, policy: 'least' as const }, policies };
  const difference = { setting: 'trust', expected: 'lambda.amazonaws.com may assume it', actual: {} };

  const advice = adviceFor('role', difference, { ...FACTS, things: { role } });

  expect(advice?.console).toContain('IAM > Roles > theirs > Trust relationships');
});
