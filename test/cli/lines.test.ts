/** A step's line, in the 80 columns of a terminal. */
import { expect, test } from '@jest/globals';
import { stepMembers } from '../../src/cli/render/json.js';
import { contentsLine, differenceText, stepLine } from '../../src/cli/render/lines.js';
import { plainScreen } from '../_helpers/plain-screen.js';

const stream = { write: () => true, isTTY: true, columns: 80 };
const { out } = plainScreen(stream);

test.each([
  ['is as it must be', [], / by hand {4}0\.0 s$/],
  ['is otherwise', [{ setting: 'enabled', expected: true, actual: false }], / differs {4}0\.0 s$/],
])('what was made by hand and %s has a word of its own', (_, differences, end) => {
  const head = { number: 9, id: 'key', name: 'Lambda-key', ms: 0 };

  const line = stepLine({ ...head, outcome: 'by-hand', differences }, out);

  expect(line).toMatch(end);
  expect(line.length).toBeLessThanOrEqual(80);
});

test('a hash is told in words to people, and as it is in JSON', () => {
  const inWords = { expected: 'the shipped handler', actual: 'other code' };
  const values = { setting: 'code', expected: '28a9f13b', actual: 'zip wttp6elL=' };
  const head = { number: 2, id: 'function', name: 'LambdaFunctionOverHttps', ms: 0 };

  const text = differenceText({ ...values, inWords });
  const members = stepMembers([{ ...head, outcome: 'drifted', differences: [{ ...values, inWords }] }]);

  expect(text).toBe('code: expected the shipped handler, found other code');
  expect(members).toEqual([{ ...head, outcome: 'drifted', differences: [values] }]);
});

test('the table of contents is folded as the steps are: at words, with the state in one piece', () => {
  const line = (columns: number): string[] =>
    contentsLine(
      { number: 3, id: 'table', name: 'Create the DynamoDB table' },
      'in order  ',
      plainScreen({ ...stream, columns }).out,
    ).split('\n');

  expect(line(44)).toEqual([' 3  table       Create the DynamoDB table', '      in order']);
  expect(line(66)).toEqual([' 3  table       Create the DynamoDB table', '      in order']);
  expect(line(80)).toEqual([` 3  table       ${'Create the DynamoDB table'.padEnd(45)}  in order`]);
});

test('a value of several lines is told in one', () => {
  const difference = { setting: 'response 400 template', expected: '#set($e = 1)\n{\t}', actual: undefined };

  expect(differenceText(difference)).toBe(
    String.raw`response 400 template: expected #set($e = 1)\n{\t}, found nothing`,
  );
});
