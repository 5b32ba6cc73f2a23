import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { handlerFaults } from '../../src/tutorial/handler-code.js';
import { fakeClock } from '../_helpers/fake-time.js';
import { zipOf } from '../_helpers/zip.js';

const env = {
  waiting: { clock: fakeClock(), signal: new AbortController().signal, note: () => undefined },
};

/** What is said of a Python function with this code, whose handler is named `index.handler`. */
const faultsOf = (files: Record<string, string>) =>
  handlerFaults(env, {
    Runtime: 'python3.13',
    Handler: 'index.handler',
    Location: `data:application/zip;base64,${zipOf(files).toString('base64')}`,
  });

const CODE = 'def lambda_handler(event, context):\n    return event\n';

test('a handler that is in another file is named', async () => {
  expect(await faultsOf({ 'lambda_function.py': CODE })).toEqual([
    { setting: 'handler', expected: 'lambda_function.lambda_handler', actual: 'index.handler' },
  ]);
});

/** The same of a Node.js function. */
const nodeFaultsOf = (Handler: string, files: Record<string, string>) =>
  handlerFaults(env, {
    Runtime: 'nodejs24.x',
    Handler,
    Location: `data:application/zip;base64,${zipOf(files).toString('base64')}`,
  });

test.each(['index.nope', 'lambda_function.lambda_handler', 'index.name'])(
  'of the code that lab-setup ships the exports are known: %s is none of them',
  async (actual) => {
    const bundle = await readFile(fileURLToPath(new URL('../../dist/handler/index.js', import.meta.url)));

    expect(await nodeFaultsOf(actual, { 'index.js': bundle.toString() })).toEqual([
      { setting: 'handler', expected: 'index.handler', actual },
    ]);
    expect(await nodeFaultsOf('index.handler', { 'index.js': bundle.toString() })).toEqual([]);
  },
);

test('nothing is said of code that hands on what cannot be read', async () => {
  expect(
    await nodeFaultsOf('index.nope', { 'index.js': 'module.exports = make(require("./more"));' }),
  ).toEqual([]);
});

test('code that unpacks to far more than a learner writes is not looked into', async () => {
  const padding = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`more${index}.py`, '#'.repeat(900_000)]),
  );

  expect(await faultsOf({ 'lambda_function.py': CODE, ...padding })).toEqual([]);
});
