/**
 * The process that the local AWS runs in. Started by launch.ts with a folder, its version and perhaps a port; tells its
 * parent over IPC how it went, and ends by itself when it is told to (SIGTERM) or has been unused for an hour.
 */
import { subscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ownBuild } from './build.js';
import { systemClock } from './clock.js';
import { isLocked } from './database.js';
import { BUGS } from './errors.js';
import {
  DEFAULT_REGION,
  forgetRunning,
  newConfig,
  readConfig,
  readRunning,
  writeConfig,
  writeRunning,
} from './home.js';
import { openInstance, type Instance } from './instance.js';
import { PortTakenError } from './listener.js';
import type { StartReport } from './start-report.js';
import { NewerStateError } from './store.js';

/** Unused for this long, the server stops; the next command starts it again. */
const IDLE_MS = 60 * 60_000;
const IDLE_CHECK_MS = 60_000;
/** Closing takes about a second; who waits for the end of this process gives it a little more than this. */
const STOP_BUDGET_MS = 8_000;

interface Settings {
  readonly folder: string;
  readonly version: string;
  readonly region: string | undefined;
  readonly port: number | undefined;
  readonly likeAws: boolean | undefined;
  readonly idleMs: number;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      version: { type: 'string' },
      region: { type: 'string' },
      port: { type: 'string' },
      'like-aws': { type: 'string' },
      'idle-ms': { type: 'string', default: String(IDLE_MS) },
    },
  });
  const { folder, version, region, port } = values;
  if (folder === undefined || version === undefined)
    throw new Error('The server needs --folder and --version.');
  return {
    folder,
    version,
    region,
    port: port === undefined ? undefined : Number(port),
    likeAws: values['like-aws'] === undefined ? undefined : values['like-aws'] === 'true',
    idleMs: Number(values['idle-ms']),
  };
}

/** Of so many places: bugs must not fill the disk. */
const MOST_BUGS_LOGGED = 100;

/** Writes into the log where a bug showed itself, the first time that it does there, and nothing of what the caller had sent. */
function logBugs(): void {
  const logged = new Set<string>();
  subscribe(BUGS, (error) => {
    const { name, stack = '' } = error instanceof Error ? error : new Error();
    const way = stack.split('\n').filter((line) => /^\s+at /.test(line));
    // Who called whom on the way there differs from one time to another.
    const place = `${name}${way.find((line) => !line.includes('node:')) ?? ''}`;
    if (logged.has(place) || logged.size === MOST_BUGS_LOGGED) return;
    logged.add(place);
    console.error([`${new Date().toISOString()} Internal failure: ${name}`, ...way].join('\n'));
  });
}

async function main(): Promise<void> {
  logBugs();
  // All that is written from here on, LevelDB's files included, is for the owner only.
  process.umask(0o077);
  const settings = readSettings();
  const { folder } = settings;
  // Before anything else: from now on this process is of the build that was there when it began.
  const build = await ownBuild(process.argv[1] ?? '', process.execPath);
  const before = (await readConfig(folder)) ?? newConfig(settings.region ?? DEFAULT_REGION);
  const config = { ...before, likeAws: settings.likeAws ?? before.likeAws };
  let lastRequest = systemClock.now();
  const instance = await openInstance({
    folder,
    account: config.account,
    region: config.region,
    credentials: config,
    port: settings.port ?? config.port,
    clock: systemClock,
    likeAws: config.likeAws,
    workerScript: join(import.meta.dirname, 'lambda-worker.cjs'),
    version: settings.version,
    build,
    onRequest: () => {
      lastRequest = systemClock.now();
    },
  });
  try {
    await Promise.all([
      writeConfig(folder, { ...config, port: instance.port }),
      writeRunning(folder, { pid: process.pid, port: instance.port }),
    ]);
  } catch (error) {
    await instance.close();
    throw error;
  }
  const stop = once(() => stopServer(instance, folder));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  setInterval(
    () => {
      if (systemClock.now() - lastRequest > settings.idleMs) stop();
    },
    Math.min(IDLE_CHECK_MS, settings.idleMs),
  ).unref();
  await report({ kind: 'ready' });
}

async function stopServer(instance: Instance, folder: string): Promise<void> {
  setTimeout(() => process.exit(1), STOP_BUDGET_MS).unref();
  await instance.close();
  if ((await readRunning(folder))?.pid === process.pid) await forgetRunning(folder);
  process.exit(0);
}

function once(action: () => Promise<void>): () => void {
  let started = false;
  return () => {
    if (started) return;
    started = true;
    action().catch((error: unknown) => {
      console.error('The server did not stop cleanly:', error);
      process.exit(1);
    });
  };
}

/** Tells the process that started this one, if it still listens. */
function report(outcome: StartReport): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) {
      resolve();
      return;
    }
    process.send(outcome, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}

function explain(error: unknown): StartReport {
  const message = error instanceof Error ? error.message : String(error);
  if (isLocked(error)) return { kind: 'locked' };
  if (error instanceof PortTakenError) return { kind: 'port-taken', message };
  if (error instanceof NewerStateError) return { kind: 'state-newer', message };
  return { kind: 'failed', message };
}

main().catch(async (error: unknown) => {
  const outcome = explain(error);
  // Of several that start at once one gets the state: what the others met is no trouble to look for in the log.
  if (outcome.kind !== 'locked') console.error(error);
  await report(outcome);
  process.exit(1);
});
