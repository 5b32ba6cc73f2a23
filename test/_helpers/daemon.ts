import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { limited } from './full-disk.js';

const SERVER = fileURLToPath(new URL('../../dist/local-aws.cjs', import.meta.url));

export interface Daemon {
  readonly child: ChildProcess;
  /** What it told its parent. */
  readonly report: unknown;
  /** The code and the signal that it ended with. */
  readonly exit: Promise<unknown[]>;
}

/** The built server's processes on one folder, started by hand. */
export interface Daemons {
  readonly folder: string;
  start(options?: { arguments?: readonly string[]; largestFile?: number }): Promise<Daemon>;
  /** What SDK clients need to talk to the one that runs. */
  clientConfig(): Promise<{
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  }>;
  /** Ends those that still run, and removes the folder. */
  leave(): Promise<void>;
}

const running = v.object({ port: v.number() });
const config = v.object({ region: v.string(), accessKeyId: v.string(), secretAccessKey: v.string() });

export async function newDaemons(name = 'local-aws'): Promise<Daemons> {
  const parent = await mkdtemp(join(tmpdir(), 'lab-setup-daemon-'));
  const folder = join(parent, name);
  const children: ChildProcess[] = [];
  const parsed = async <S extends v.GenericSchema>(schema: S, file: string): Promise<v.InferOutput<S>> =>
    v.parse(schema, JSON.parse(await readFile(join(folder, file), 'utf8')));
  return {
    folder,
    start: async ({ arguments: more = [], largestFile } = {}) => {
      const command = [process.execPath, SERVER, `--folder=${folder}`, '--version=1', '--port=0', ...more];
      const [program = '', ...rest] = [
        ...(largestFile === undefined ? [] : limited(largestFile)),
        ...command,
      ];
      const child = spawn(program, rest, { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      children.push(child);
      const exit = once(child, 'exit');
      const [report] = (await once(child, 'message')) as unknown[];
      return { child, report, exit };
    },
    clientConfig: async () => {
      const { region, ...credentials } = await parsed(config, 'config.json');
      const { port } = await parsed(running, 'server.json');
      return { endpoint: `http://127.0.0.1:${port}`, region, credentials, maxAttempts: 1 };
    },
    leave: async () => {
      for (const child of children.splice(0)) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }
      }
      await rm(parent, { recursive: true, force: true });
    },
  };
}
