import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { limited } from './full-disk.js';

const BINARY = fileURLToPath(new URL('../../bin/lab-setup.js', import.meta.url));

/** How a run of the binary ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** In bytes; a longer one cannot be written, as on a full disk. */
  readonly largestFile?: number;
  /** Presses Ctrl-C when this has happened. */
  readonly interruptWhen?: Promise<unknown>;
  /** Presses Ctrl-C when stderr has said this. */
  readonly interruptAfter?: string;
}

/** A new user's machine: an empty home, no AWS settings, and the built binary. */
export interface Machine {
  readonly home: string;
  run(args: string, options?: RunOptions): Promise<Run>;
  /** Stops the local AWS and removes the home. */
  leave(): Promise<void>;
}

export async function newMachine(): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-e2e-'));
  const home = join(folder, 'lab-setup');
  const run: Machine['run'] = async (args, options = {}) => {
    const { env = {}, input = '', largestFile, interruptWhen, interruptAfter } = options;
    const command = [process.execPath, BINARY, ...words(args)];
    const [program = '', ...rest] =
      largestFile === undefined ? command : [...limited(largestFile), ...command];
    const child = spawn(program, rest, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        LAB_SETUP_HOME: home,
        // Nothing outside this machine is asked for credentials.
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    // A command that asks nothing may be gone before.
    child.stdin.on('error', () => undefined).end(input);
    void interruptWhen?.then(() => child.kill('SIGINT'));
    if (interruptAfter !== undefined) {
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.includes(interruptAfter)) child.kill('SIGINT');
      });
    }
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  };
  return {
    home,
    run,
    leave: async () => {
      await run('local stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Words as a shell splits them, with 'single quotes' only. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|[^\s']+/g)].map(([word, quoted]) => quoted ?? word);
}

const Envelope = v.looseObject({
  schemaVersion: v.literal(1),
  command: v.string(),
  target: v.nullable(v.string()),
  account: v.nullable(v.string()),
  region: v.nullable(v.string()),
  lab: v.string(),
  ok: v.boolean(),
});

/** The one document that a run with `--json` printed; fails if it printed anything else. */
export function documentOf({ stdout, stderr }: Run): v.InferOutput<typeof Envelope> {
  if (stderr !== '') throw new Error(`--json printed on stderr: ${stderr}`);
  return v.parse(Envelope, JSON.parse(stdout));
}

/** POSTs as curl would. */
export async function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.text() };
}
