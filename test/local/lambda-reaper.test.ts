import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

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

test('when the server is killed, the processes that it last named are too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-reaper-'));
  await build({
    entryPoints: ['src/local/services/lambda/execution/reaper.ts'],
    outfile: join(folder, 'reaper.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  await writeFile(join(folder, 'server.mjs'), SERVER);
  const server = spawn(process.execPath, [join(folder, 'server.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const [unnamed = 0, named = 0] = JSON.parse(line.toString()) as number[];

  server.kill('SIGKILL');
  while (isAlive(named)) await new Promise((resolve) => setTimeout(resolve, 10));

  expect(isAlive(unnamed)).toBe(true);
  process.kill(unnamed, 'SIGKILL');
  await rm(folder, { recursive: true });
});
