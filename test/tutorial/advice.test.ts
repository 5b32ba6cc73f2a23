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
