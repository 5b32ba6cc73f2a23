import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { until } from '../_helpers/gate.js';

const SERVER = `
import { spawn } from 'node:child_process';
import { Reaper } from './reaper.mjs';
const loops = () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
const [gone, stays] = [loops(), loops()];
const reaper = new Reaper();
reaper.watch([gone.pid]);
reaper.watch([gone.pid, stays.pid]);
reaper.watch([stays.pid]);
console.log(JSON.stringify([gone.pid, stays.pid]));
setInterval(() => {}, 1000);
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** In a container there may be nobody who collects the dead. */
function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && / Z /.test(readFileSync(file, 'utf8'));
}

let folder = '';
let server: ChildProcess | undefined;
let loops: number[] = [];
afterEach(async () => {
  server?.kill('SIGKILL');
  for (const pid of loops.filter(isAlive)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('when the server is killed, the processes that it last named are too', async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-reaper-'));
  await build({
    entryPoints: ['src/local/services/lambda/execution/reaper.ts'],
    outfile: join(folder, 'reaper.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  await writeFile(join(folder, 'server.mjs'), SERVER);
  const started = spawn(process.execPath, [join(folder, 'server.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = started;
  const [line] = (await once(started.stdout, 'data')) as [Buffer];
  loops = JSON.parse(line.toString()) as number[];
  const [unnamed = 0, named = 0] = loops;

  started.kill('SIGKILL');
  await until(() => !isAlive(named));

  expect(isAlive(unnamed)).toBe(true);
});
