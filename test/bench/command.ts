import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The executable as it is installed. */
export const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));

export interface Ended {
  readonly ms: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly home?: string;
  readonly exitCode?: number;
  /** Beside the bare one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it says is left unread for so long. */
  readonly readAfterMs?: number;
}

/**
 * Runs node with these arguments, from exec to the end of the process. The environment is bare: above all without
 * NODE_EXTRA_CA_CERTS, which makes every node start slowly.
 * @throws when it does not end with this exit code
 */
export async function runNode(
  args: readonly string[],
  { home = '', exitCode = 0, environment = {}, readAfterMs = 0 }: RunOptions = {},
): Promise<Ended> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...bareEnvironment(home), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('exit', resolve).on('error', reject),
  );
  if (readAfterMs > 0) await sleep(readAfterMs);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  const ms = performance.now() - start;
  const [stdout, stderr] = await output;
  if (code !== exitCode) throw new Error(`node ${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
  return { ms, stdout, stderr };
}

export function bareEnvironment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, LAB_SETUP_HOME: join(home, 'lab-setup') };
}

/** The floor of commands: what no program written for node can undercut. */
export const bareNode = async (): Promise<number> => (await runNode(['-e', '0'])).ms;

/** A user's home, in which commands run; nothing of it is left. */
export interface Home extends AsyncDisposable {
  readonly folder: string;
  /** @throws when the command fails */
  run(args: string, exitCode?: number): Promise<Ended>;
}

export async function newHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-bench-'));
  const run: Home['run'] = (args, exitCode = 0) =>
    runNode([BINARY, ...args.split(' ')], { home: folder, exitCode });
  return {
    folder,
    run,
    [Symbol.asyncDispose]: async () => {
      await run('local stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
