import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import type { ChildListener, Ended } from '../../src/local/services/lambda/execution/child.js';
import { WorkerChild } from '../../src/local/services/lambda/execution/worker-child.js';
import { startTestLambda, type TestLambda } from '../_helpers/lambda.js';

/** Starts a function and the reaper when no file descriptor is left, then gives some back and tries again. */
const SERVER = `
import { closeSync, openSync } from 'node:fs';
import { WorkerChild } from './worker-child.mjs';
import { Reaper } from './reaper.mjs';
const ended = () => new Promise((resolve) => {
  const command = { executable: process.execPath, arguments: ['-e', ''], folder: '.', variables: {} };
  const ignore = () => undefined;
  const listener = { line: ignore, ready: ignore, initFailed: ignore, answered: ignore, ended: resolve };
  new WorkerChild(command, listener);
});
const reaper = new Reaper();
const taken = [];
try { for (;;) taken.push(openSync('/dev/null')); } catch {}
reaper.watch([]);
const without = await ended();
for (const each of taken) closeSync(each);
reaper.watch([]);
const again = await ended();
await reaper.close();
console.log(JSON.stringify([without.failure?.code, again.code]));
`;

let folder: string;
let aws: TestLambda;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-exhaustion-'));
  aws = await startTestLambda();
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix('a process that finds no file descriptor left ends, and nothing else does', async () => {
  await build({
    entryPoints: ['worker-child', 'reaper'].map((name) => `src/local/services/lambda/execution/${name}.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  await writeFile(join(folder, 'server.mjs'), SERVER);
  const { stdout } = await promisify(execFile)('/bin/sh', [
    '-c',
    `ulimit -n 64; exec "${process.execPath}" "${join(folder, 'server.mjs')}"`,
  ]);
  expect(JSON.parse(stdout)).toEqual(['EMFILE', 0]);
});

test('a process that cannot be started for what it is given ends, too', async () => {
  const ended = await new Promise<Ended>((resolve) => {
    const ignore = (): void => undefined;
    const listener: ChildListener = {
      line: ignore,
      spawned: ignore,
      ready: ignore,
      initFailed: ignore,
      answered: ignore,
      ended: resolve,
    };
    new WorkerChild(
      { executable: process.execPath, arguments: [], folder: '.', variables: { A: 'zero\0byte' } },
      listener,
    );
  });
  expect(ended.failure?.message).toContain('without null bytes');
});

test.each<[string, object, string]>([
  [
    'a variable',
    { Environment: { Variables: { NAME: 'zero\0byte' } } },
    String.raw`1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map value must satisfy constraint: [Member must satisfy regular expression pattern: [^\u0000]*]`,
  ],
  [
    'the handler',
    { Handler: 'index.\0handler' },
    String.raw`1 validation error detected: Value 'index.${'\0'}handler' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\s]+`,
  ],
])('a zero byte in %s is refused', async (_where, changes, message) => {
  await expect(aws.create('zero', 'exports.handler = async () => 1;', changes)).rejects.toMatchObject({
    name: 'ValidationException',
    message,
  });
});
