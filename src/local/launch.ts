import { spawn } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { logFile } from './home.js';
import { inheritingOnly } from './inherited.js';
import { StartReport } from './start-report.js';

export interface LaunchOptions {
  /** All that the local AWS keeps is below this folder. */
  readonly folder: string;
  /** Of lab-setup; a server of another version, or of another build of it, is replaced. */
  readonly version: string;
  /** The built server: `dist/local-aws.cjs`. */
  readonly serverScript: string;
  /** All that the server's process sees of the environment: nothing of AWS, no secrets, no Node options. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fixed at the first start; another one later is an error. */
  readonly region?: string;
  /** Kept from start to start unless given; 0 takes any free one. */
  readonly port?: number;
  /** Whether time is made real. Kept from start to start unless given. */
  readonly likeAws?: boolean;
}

/** A log that is longer at a start begins anew. */
const MAX_LOG_BYTES = 1024 * 1024;

/** Runs the server in the background and waits for its word; a server that gives none within `budgetMs` is killed. */
export async function launch(options: LaunchOptions, budgetMs: number): Promise<StartReport> {
  const log = await openLog(options.folder);
  try {
    const child = inheritingOnly(['ignore', log.fd, log.fd, 'ipc'], (stdio) =>
      spawn(process.execPath, daemonArguments(options), {
        cwd: options.folder,
        detached: true,
        env: options.environment,
        stdio,
      }),
    );
    const report = await new Promise<StartReport>((resolve) => {
      const timer = setTimeout(() => {
        // Nobody would know of it any more, and it would hold the state.
        child.kill('SIGKILL');
        settle({ kind: 'failed', message: `it did not answer within ${Math.ceil(budgetMs / 1000)} s` });
      }, budgetMs);
      const settle = (outcome: StartReport): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      child.on('message', (message) => {
        const parsed = v.safeParse(StartReport, message);
        settle(parsed.success ? parsed.output : { kind: 'failed', message: 'it said something unheard of' });
      });
      child.on('error', (error) => settle({ kind: 'failed', message: error.message }));
      child.on('exit', (code, signal) =>
        settle({ kind: 'failed', message: `it ended with ${signal ?? `exit code ${String(code)}`}` }),
      );
    });
    child.unref();
    if (child.connected) child.disconnect();
    return report;
  } finally {
    await log.close();
  }
}

async function openLog(folder: string): Promise<FileHandle> {
  const log = await open(logFile(folder), 'a', 0o600);
  if ((await log.stat()).size > MAX_LOG_BYTES) await log.truncate();
  return log;
}

function daemonArguments({ serverScript, folder, version, region, port, likeAws }: LaunchOptions): string[] {
  return [
    serverScript,
    `--folder=${folder}`,
    `--version=${version}`,
    ...(region === undefined ? [] : [`--region=${region}`]),
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(likeAws === undefined ? [] : [`--like-aws=${likeAws}`]),
  ];
}
