/** Another AWS emulator, with a control plane only: `--target aws --endpoint-url` must not depend on our own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { requireProgram } from '../_helpers/program.js';

let moto: ChildProcess | undefined;
let machine: Machine;
let endpoint = '';
const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

beforeAll(async () => {
  machine = await newMachine();
  await requireProgram('moto_server');
  const port = await freePort();
  endpoint = `http://127.0.0.1:${port}`;
  moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await answers(`${endpoint}/moto-api/`)); tries += 1) await sleep(200);
}, 60_000);
afterAll(async () => {
  moto?.kill();
  await machine.leave();
});

describe('on moto', () => {
  test.each([
    [`up --no-verify`, 0, 'created'],
    [`up --no-verify`, 0, 'unchanged'],
    ['status', 0, 'in-order'],
    ['down --yes', 0, 'removed'],
  ])('%s exits %i: %s', async (command, code, outcome) => {
    const run = await machine.run(
      `${command} --json --target aws --region us-east-1 --endpoint-url ${endpoint}`,
      { env },
    );

    const { steps } = documentOf(run) as { steps?: { id: string; outcome: string }[] };
    expect([run.code, steps?.find(({ id }) => id === 'usage-plan')?.outcome]).toEqual([code, outcome]);
  });
});
