/** Start it, find it, stop it: all of the local AWS that the rest of lab-setup may see. */
import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DISTRUSTED_HINT, takeBackHint } from '../own-file.js';
import { posixQuoted } from '../shell-word.js';
import { askHealth } from './ask-health.js';
import { buildOf } from './build.js';
import { codeOf } from './errors.js';
import type { Health } from './health.js';
import {
  logFile,
  readConfig,
  readRunning,
  STATE_FOLDER,
  UnreadableFileError,
  type Config,
  type Running,
} from './home.js';
import { launch, type LaunchOptions } from './launch.js';
import { removeFolder } from './remove-folder.js';
import type { StartReport } from './start-report.js';

/** A running local AWS and how to talk to it. */
export interface LocalAws {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pid: number;
  readonly version: string;
  /** Which build of that version. */
  readonly build: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Whether time is made real. */
  readonly likeAws: boolean;
  readonly memoryBytes: number;
  /** How many there are of each kind, such as `roles`. */
  readonly contents: Readonly<Record<string, number>>;
}

/** The local AWS could not be started or stopped; `message` says why and `hint` what to do. */
export class LocalAwsError extends Error {
  override readonly name = 'LocalAwsError';
  constructor(
    readonly code:
      | 'port-taken'
      | 'folder-unwritable'
      | 'folder-linked'
      | 'start-failed'
      | 'state-newer'
      | 'region-differs'
      | 'config-unreadable'
      | 'foreign'
      | 'in-use',
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export type StartOptions = LaunchOptions;

/** LevelDB opens in well under a second; this is for a machine that is busy, and for another server to let go of the state. */
const START_BUDGET_MS = 20_000;
const STOP_BUDGET_MS = 10_000;
/** Where no server answers, one that another command stops needs a moment to let go of the state. */
const RELEASE_BUDGET_MS = 3_000;
const POLL_MS = 25;
/** How often a server is tried to be started while another holds the state; each try is a process. */
const RELAUNCH_MS = 250;
/** A connection to this machine is made at once, or nothing listens there. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * The running local AWS of this folder, or undefined.
 * @throws LocalAwsError when its configuration cannot be read.
 */
export async function findLocalAws(folder: string): Promise<LocalAws | undefined> {
  const [config, running] = await Promise.all([configOf(folder), readRunning(folder)]);
  const health =
    config && running && (await askHealth({ secret: config.secretAccessKey, port: running.port }));
  return health && describe(config, running, health);
}

/**
 * Where the local AWS of this folder listens whenever it runs; undefined before its first start.
 * @throws LocalAwsError when its configuration cannot be read.
 */
export async function endpointOf(folder: string): Promise<string | undefined> {
  const { port = 0 } = (await configOf(folder)) ?? {};
  return port === 0 ? undefined : endpointAt(port);
}

const endpointAt = (port: number): string => `http://127.0.0.1:${port}`;

/**
 * What is the matter where no local AWS answers: the state is held by a process that says nothing, or another program
 * has its port; undefined when the next command can simply start it.
 */
export async function troubleOf(folder: string): Promise<LocalAwsError | undefined> {
  const [config, running] = await Promise.all([configOf(folder), readRunning(folder)]);
  if (await isHeld(folder)) return inUse(running, folder);
  return config && config.port !== 0 && (await isListening(config.port)) ? portTaken(config.port) : undefined;
}

/** The bytes of all files below the folder; what links lead to is elsewhere. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sizeOf(path);
    // What is gone by now counts for nothing.
    return lstat(path).then(
      ({ size }) => size,
      () => 0,
    );
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * The running local AWS of this folder, started if need be.
 * @throws LocalAwsError when it cannot be started as asked.
 */
export async function startLocalAws(options: StartOptions): Promise<LocalAws> {
  const { folder } = options;
  await refuseOtherRegion(options);
  const [found, build] = await Promise.all([findLocalAws(folder), buildOf(options.serverScript)]);
  const fits =
    found?.version === options.version &&
    found.build === build &&
    isPort(options.port, found.endpoint) &&
    (options.likeAws ?? found.likeAws) === found.likeAws;
  if (found && fits) return found;
  // It alone, and none that another command starts in its place meanwhile.
  if (found) await endServer(folder, found.pid);
  await makeFolder(folder);
  const deadline = Date.now() + START_BUDGET_MS;
  for (;;) {
    // All of it each time: a server that is given less is cut off, and nobody says who has the state.
    const report = await tryLaunch(options, START_BUDGET_MS);
    if (report.kind === 'failed') throw startFailed(report.message, folder);
    if (report.kind === 'state-newer') throw stateNewer(report.message);
    if (report.kind === 'port-taken') throw portTaken(options.port ?? (await configOf(folder))?.port ?? 0);
    // `locked`: another server was quicker and is about to answer, or is about to end and leave the state to the next.
    const started = await findLocalAws(folder);
    if (started) return started;
    if (Date.now() > deadline) throw inUse(await readRunning(folder), folder);
    await sleep(RELAUNCH_MS);
  }
}

/**
 * Stops the local AWS, also one that another command starts meanwhile; false when none was running. Its state stays.
 * @throws LocalAwsError when some process holds the state and does not prove to be the local AWS, or it is another user's.
 */
export async function stopLocalAws(folder: string): Promise<boolean> {
  let hasStopped = false;
  let deadline = Date.now() + RELEASE_BUDGET_MS;
  for (;;) {
    const found = await findOwn(folder);
    if (found) {
      await endServer(folder, found.pid);
      hasStopped = true;
      deadline = Date.now() + RELEASE_BUDGET_MS;
    }
    if (!(await isHeld(folder))) return hasStopped;
    if (Date.now() > deadline) throw inUse(await readRunning(folder), folder);
    await sleep(POLL_MS);
  }
}

/** The running local AWS; none where nobody can tell, unless it is another user's. */
const findOwn = (folder: string): Promise<LocalAws | undefined> =>
  findLocalAws(folder).catch((error: unknown) => {
    if (error instanceof LocalAwsError && error.code !== 'foreign') return undefined;
    throw error;
  });

/**
 * Stops the local AWS and deletes all it kept, credentials and port included.
 * @throws LocalAwsError when some process holds the state and does not prove to be the local AWS, or the folder is not
 * ours to delete.
 */
export async function resetLocalAws(folder: string): Promise<void> {
  await refuseLink(folder);
  await stopLocalAws(folder);
  await removeFolder(folder);
  // What could not be removed is told.
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
    throw folderUnwritable(folder, error);
  });
}

/** The link alone would go, and what it leads to would stay; but there may be more in that than ours. */
async function refuseLink(folder: string): Promise<void> {
  const isLink = (await lstat(folder).catch(() => undefined))?.isSymbolicLink() ?? false;
  const target = isLink ? await realpath(folder).catch(() => undefined) : undefined;
  if (target === undefined) return;
  throw new LocalAwsError(
    'folder-linked',
    `${folder} is a link to ${target}, in which there may be more than the local AWS. Nothing was deleted.`,
    'Stop the local AWS with `lab-setup local stop`, and delete that folder yourself. Then reset it.',
  );
}

function describe(config: Config, { port }: Running, health: Health): LocalAws {
  const { pid, version, build, startedAt, likeAws, memoryBytes = 0, contents = {} } = health;
  return {
    endpoint: endpointAt(port),
    account: config.account,
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    pid,
    version,
    build,
    startedAt,
    likeAws,
    memoryBytes,
    contents,
  };
}

async function configOf(folder: string): Promise<Config | undefined> {
  try {
    return await readConfig(folder);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    if (error.isForeign) throw foreign(folder, error);
    throw new LocalAwsError(
      'config-unreadable',
      `The local AWS’s configuration ${error.message.replace(/\.$/, '')}.`,
      'Repair the file, or begin anew with `lab-setup local reset`, which deletes all that was in the local AWS.',
    );
  }
}

/** Nobody can say whether it runs, and it is not to be deleted either. */
const foreign = (folder: string, { message, isDistrusted }: UnreadableFileError): LocalAwsError =>
  new LocalAwsError(
    'foreign',
    `The local AWS’s configuration ${message.replace(/\.$/, '')}.`,
    isDistrusted ? DISTRUSTED_HINT : takeBackHint(folder),
  );

async function refuseOtherRegion({ folder, region }: StartOptions): Promise<void> {
  const config = await configOf(folder);
  if (region === undefined || config === undefined || config.region === region) return;
  throw new LocalAwsError(
    'region-differs',
    `The local AWS is in ${config.region} since its first start, not in ${region}.`,
    'Leave --region away, or begin anew with `lab-setup local reset`, which deletes all that was in the local AWS.',
  );
}

const isPort = (port: number | undefined, endpoint: string): boolean =>
  port === undefined || endpoint.endsWith(`:${port}`);

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw folderUnwritable(folder, error);
  }
}

async function tryLaunch(options: StartOptions, budgetMs: number): Promise<StartReport> {
  try {
    return await launch(options, budgetMs);
  } catch (error) {
    throw folderUnwritable(options.folder, error);
  }
}

/**
 * Asks the server to end, and ends it when it does not. Its last act is to forget that it runs; its process may be listed
 * for seconds after that, or for ever where nobody reaps orphans, as in many containers.
 */
async function endServer(folder: string, pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_BUDGET_MS;
  while (signal(pid, 0) && (await readRunning(folder))?.pid === pid) {
    if (Date.now() > deadline) {
      signal(pid, 'SIGKILL');
      return;
    }
    await sleep(POLL_MS);
  }
}

/** False when there is no such process. */
function signal(pid: number, name: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_TIMEOUT_MS });
    const settle = (outcome: boolean) => (): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', settle(true)).on('error', settle(false)).on('timeout', settle(false));
  });
}

/** Whether a process has the state open, whatever it answers: LevelDB's lock cannot be had. */
async function isHeld(folder: string): Promise<boolean> {
  const state = join(folder, STATE_FOLDER);
  if (!(await exists(state))) return false;
  // Loaded only here: LevelDB is the server's, and commands start faster without it.
  const { isLocked, openDatabase } = await import('./database.js');
  try {
    await (await openDatabase(state, { valueEncoding: 'buffer' })).close();
    return false;
  } catch (error) {
    // State that cannot be opened for another reason is held by nobody.
    return isLocked(error);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Node's word and the system's, which LevelDB passes on. */
const DISK_FULL = /ENOSPC|No space left on device/;
const NO_RIGHT = /EACCES|EPERM|Permission denied|Operation not permitted/;

const startFailed = (reason: string, folder: string): LocalAwsError =>
  new LocalAwsError(
    'start-failed',
    `The local AWS did not start: ${reason.replace(/\.$/, '')}.`,
    afterFailedStart(reason, folder),
  );

/** A reset is advised where the state may be beyond repair, and nowhere else. */
function afterFailedStart(reason: string, folder: string): string {
  if (DISK_FULL.test(reason))
    return 'Make room on the disk and run the command again: what was in the local AWS is still there.';
  if (NO_RIGHT.test(reason)) return takeBackHint(folder);
  return `Its log is ${logFile(folder)}. \`lab-setup local reset\` begins anew and deletes its state.`;
}

function stateNewer(message: string): LocalAwsError {
  return new LocalAwsError(
    'state-newer',
    message,
    'Update lab-setup to use it, or set LAB_SETUP_HOME to another folder for a local AWS of this version.',
  );
}

function folderUnwritable(folder: string, error: unknown): LocalAwsError {
  return new LocalAwsError(
    'folder-unwritable',
    `The folder ${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    'Set LAB_SETUP_HOME to a folder that you may write, or make room on its disk.',
  );
}

function inUse(running: Running | undefined, folder: string): LocalAwsError {
  const holder = running ? `process ${running.pid} by its own account` : 'some process';
  return new LocalAwsError(
    'in-use',
    `The state of the local AWS in ${folder} is in use (${holder}), but no local AWS answers for it.`,
    running
      ? `Try again in a moment. If that process is the local AWS and does not recover, end it: kill ${running.pid}`
      : `Try again in a moment. If it stays so, find that process with \`pgrep -f ${posixQuoted(folder)}\`, and end it.`,
  );
}

function portTaken(port: number): LocalAwsError {
  return new LocalAwsError(
    'port-taken',
    `Port ${port} of 127.0.0.1, which the local AWS uses, is taken by another program.`,
    'Stop that program, or move the local AWS to a free port: `lab-setup local start --port 0`',
  );
}
