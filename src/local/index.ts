/** Start it, find it, stop it: all of the local AWS that the rest of lab-setup may see. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { logFile, readConfig, readRunning, type Config, type Running } from './home.js';
import { StartReport } from './start-report.js';

/** A running local AWS and how to talk to it. */
export interface LocalAws {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pid: number;
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The local AWS could not be started or stopped; `message` says why and `hint` what to do. */
export class LocalAwsError extends Error {
  override readonly name = 'LocalAwsError';
  constructor(
    readonly code: 'port-taken' | 'folder-unwritable' | 'start-failed' | 'region-differs',
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export interface StartOptions {
  /** All that the local AWS keeps is below this folder. */
  readonly folder: string;
  /** Of lab-setup; a server of another version is replaced. */
  readonly version: string;
  /** The built server: `dist/local-aws.js`. */
  readonly serverScript: string;
  /** All that the server's process sees of the environment: nothing of AWS, no secrets, no Node options. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fixed at the first start; another one later is an error. */
  readonly region?: string;
  /** Kept from start to start unless given; 0 takes any free one. */
  readonly port?: number;
}

/** LevelDB opens in well under a second; this is for a machine that is busy. */
const START_BUDGET_MS = 20_000;
const STOP_BUDGET_MS = 10_000;
const POLL_MS = 25;
/** An answer to the health check comes at once or the server is not ours to wait for. */
const HEALTH_TIMEOUT_MS = 2_000;

/** The running local AWS of this folder, or undefined. */
export async function findLocalAws(folder: string): Promise<LocalAws | undefined> {
  const [config, running] = await Promise.all([readConfig(folder), readRunning(folder)]);
  if (!config || !running || !(await isHealthy(running))) return undefined;
  return describe(config, running);
}

/**
 * The running local AWS of this folder, started if need be.
 * @throws LocalAwsError when it cannot be started as asked.
 */
export async function startLocalAws(options: StartOptions): Promise<LocalAws> {
  await refuseOtherRegion(options);
  const found = await findLocalAws(options.folder);
  const fits = found?.version === options.version && isPort(options.port, found.endpoint);
  if (found && fits) return found;
  if (found) await stopLocalAws(options.folder);
  await makeFolder(options.folder);
  const report = await launch(options);
  if (report.kind === 'failed') throw startFailed(report.message, options.folder);
  if (report.kind === 'port-taken') throw portTaken(await readConfig(options.folder), options);
  return awaitAnswer(options.folder);
}

/** Stops the local AWS; false when none was running. Its state stays. */
export async function stopLocalAws(folder: string): Promise<boolean> {
  const running = await readRunning(folder);
  if (!running || !(await isHealthy(running))) return false;
  process.kill(running.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_BUDGET_MS;
  while (isAlive(running.pid)) {
    if (Date.now() > deadline) {
      process.kill(running.pid, 'SIGKILL');
      break;
    }
    await sleep(POLL_MS);
  }
  return true;
}

/** Stops the local AWS and deletes all it kept, credentials and port included. */
export async function resetLocalAws(folder: string): Promise<void> {
  await stopLocalAws(folder);
  await rm(folder, { recursive: true, force: true });
}

async function isHealthy(running: Running): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${running.port}/_lab-setup/health`, {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const health = v.safeParse(v.object({ instanceId: v.string() }), await response.json());
    return health.success && health.output.instanceId === running.instanceId;
  } catch {
    return false;
  }
}

function describe(config: Config, running: Running): LocalAws {
  return {
    endpoint: `http://127.0.0.1:${running.port}`,
    account: config.account,
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    pid: running.pid,
    version: running.version,
    startedAt: running.startedAt,
  };
}

async function refuseOtherRegion({ folder, region }: StartOptions): Promise<void> {
  const config = await readConfig(folder);
  if (region === undefined || config === undefined || config.region === region) return;
  throw new LocalAwsError(
    'region-differs',
    `The local AWS is in ${config.region} since its first start, not in ${region}.`,
    'Leave --region away, or begin anew with `lab-setup local reset`.',
  );
}

const isPort = (port: number | undefined, endpoint: string): boolean =>
  port === undefined || endpoint.endsWith(`:${port}`);

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new LocalAwsError(
      'folder-unwritable',
      `The folder ${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      'Set LAB_SETUP_HOME to a folder that you may write.',
    );
  }
}

/** Runs the server in the background and waits for its word. */
async function launch(options: StartOptions): Promise<StartReport> {
  const log = await open(logFile(options.folder), 'a', 0o600);
  try {
    const child = spawn(process.execPath, daemonArguments(options), {
      cwd: options.folder,
      detached: true,
      env: options.environment,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    const report = await new Promise<StartReport>((resolve) => {
      const timer = setTimeout(
        () => resolve({ kind: 'failed', message: `it did not answer within ${START_BUDGET_MS / 1000} s` }),
        START_BUDGET_MS,
      );
      const settle = (outcome: StartReport): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      child.on('message', (message) => settle(v.parse(StartReport, message)));
      child.on('error', (error) => settle({ kind: 'failed', message: error.message }));
      child.on('exit', (code) =>
        settle({ kind: 'failed', message: `it ended with exit code ${String(code)}` }),
      );
    });
    child.unref();
    if (child.connected) child.disconnect();
    return report;
  } finally {
    await log.close();
  }
}

function daemonArguments({ serverScript, folder, version, region, port }: StartOptions): string[] {
  return [
    serverScript,
    `--folder=${folder}`,
    `--version=${version}`,
    ...(region === undefined ? [] : [`--region=${region}`]),
    ...(port === undefined ? [] : [`--port=${port}`]),
  ];
}

async function awaitAnswer(folder: string): Promise<LocalAws> {
  const deadline = Date.now() + START_BUDGET_MS;
  for (;;) {
    const found = await findLocalAws(folder);
    if (found) return found;
    if (Date.now() > deadline)
      throw startFailed('another process holds its state but does not answer', folder);
    await sleep(POLL_MS);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function startFailed(reason: string, folder: string): LocalAwsError {
  return new LocalAwsError(
    'start-failed',
    `The local AWS did not start: ${reason.replace(/\.$/, '')}.`,
    `Its log is ${logFile(folder)}. \`lab-setup local reset\` begins anew and deletes its state.`,
  );
}

function portTaken(config: Config | undefined, options: StartOptions): LocalAwsError {
  const port = options.port ?? config?.port ?? 0;
  return new LocalAwsError(
    'port-taken',
    `Port ${port} of 127.0.0.1, which the local AWS uses, is taken by another program.`,
    'Stop that program, or move the local AWS to a free port: lab-setup local start --port 0',
  );
}
