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
  ['less', 64, /cold call may not come to its end/, ['capacity']],
  ['more', 256, /may cost more/, []],
] as const)('of %s memory than the lab’s', (_, actual, why, stops) => {
  const difference = { setting: 'memory', expected: 128, actual };

  const advice = adviceFor('function', difference, FACTS);

  expect(advice?.why).toMatch(why);
  expect(advice?.stops).toEqual(stops);
});
