import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { bareEnvironment, newHome } from './command.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved, median, RUNS } from './sample.js';

const SERVER = fileURLToPath(new URL('../../dist/local-aws.cjs', import.meta.url));

/** The floor: a server that answers everything with nothing. */
const BARE_SERVER = `require('node:http').createServer((_, answer) => answer.end()).listen(+process.argv[1], '127.0.0.1')`;

/** The local AWS as a process: until it answers, and its memory with the tutorial's lab in it. */
export async function localAws(): Promise<Row[]> {
  const times = await interleaved({
    bare: () => firstAnswer((port) => ['-e', BARE_SERVER, String(port)]),
    local: async () => {
      await using home = await newHome();
      const folder = join(home.folder, 'lab-setup', 'local-aws');
      return await firstAnswer((port) => [SERVER, `--folder=${folder}`, '--version=bench', `--port=${port}`]);
    },
  });
  const memory: number[] = [];
  for (let run = 0; run < RUNS; run++) memory.push(await memoryWithLab());
  return [
    rowOf({
      what: 'local AWS, from exec to the first answer',
      unit: 'ms',
      value: times.local,
      floor: { what: 'bare node HTTP server', value: times.bare },
      goal: atMost(3),
    }),
    rowOf({
      what: 'local AWS, resident memory with the lab up',
      unit: 'MiB',
      value: median(memory),
      goal: atMost(80, 'value'),
    }),
  ];
}

/** From exec to the first byte of the first answer, whatever it says, of a new server on a free port; then it is stopped. */
async function firstAnswer(args: (port: number) => readonly string[]): Promise<number> {
  const port = await freePort();
  const start = performance.now();
  const server = spawn(process.execPath, args(port), { env: bareEnvironment(''), stdio: 'ignore' });
  try {
    while (!(await answers(port))) await sleep(1);
    return performance.now() - start;
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', agent: false }, (answer) => {
      answer.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

const Status = v.object({ local: v.object({ memoryBytes: v.number() }) });

/** Of the server's process alone, after the tutorial was walked: its functions have processes of their own. */
async function memoryWithLab(): Promise<number> {
  await using home = await newHome();
  for (const command of ['up', 'test-echo', 'invoke create', 'invoke list']) await home.run(command);
  const { stdout } = await home.run('local status --json');
  return v.parse(Status, JSON.parse(stdout)).local.memoryBytes / 2 ** 20;
}
