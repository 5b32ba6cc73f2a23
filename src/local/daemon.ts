/**
 * The process that the local AWS runs in. Started by start.ts with a folder, its version and perhaps a port; tells its
 * parent over IPC how it went, and ends by itself when it is told to (SIGTERM) or has been unused for an hour.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { systemClock } from './clock.js';
import {
  DEFAULT_REGION,
  forgetRunning,
  newConfig,
  readConfig,
  readRunning,
  writeConfig,
  writeRunning,
} from './home.js';
import { uuid } from './ids.js';
import { openInstance, type Instance } from './instance.js';
import type { StartReport } from './start-report.js';
import { StoreError } from './store.js';

/** Unused for this long, the server stops; the next command starts it again. */
const IDLE_MS = 60 * 60_000;
const IDLE_CHECK_MS = 60_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      version: { type: 'string' },
      region: { type: 'string' },
      port: { type: 'string' },
    },
  });
  const { folder, version } = values;
  if (folder === undefined || version === undefined)
    throw new Error('The server needs --folder and --version.');
  const config = (await readConfig(folder)) ?? newConfig(values.region ?? DEFAULT_REGION);
  const instanceId = uuid();
  const startedAt = new Date(systemClock.now()).toISOString();
  let lastRequest = systemClock.now();
  const instance = await openInstance({
    folder,
    account: config.account,
    region: config.region,
    credentials: config,
    port: values.port === undefined ? config.port : Number(values.port),
    clock: systemClock,
    workerScript: fileURLToPath(new URL('./lambda-worker.js', import.meta.url)),
    health: () => ({ instanceId, version }),
    onRequest: () => {
      lastRequest = systemClock.now();
    },
  });
  await writeConfig(folder, { ...config, port: instance.port });
  await writeRunning(folder, { pid: process.pid, port: instance.port, instanceId, version, startedAt });
  const stop = once(() => stopServer(instance, { folder, instanceId }));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  setInterval(() => {
    if (systemClock.now() - lastRequest > IDLE_MS) stop();
  }, IDLE_CHECK_MS).unref();
  report({ kind: 'ready' });
}

async function stopServer(
  instance: Instance,
  options: { folder: string; instanceId: string },
): Promise<void> {
  await instance.close();
  const running = await readRunning(options.folder);
  if (running?.instanceId === options.instanceId) await forgetRunning(options.folder);
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

function report(outcome: StartReport): void {
  process.send?.(outcome, () => process.disconnect());
}

function explain(error: unknown): StartReport {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreError) {
    return /lock/i.test(message) ? { kind: 'locked' } : { kind: 'failed', message };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' || code === 'EACCES') return { kind: 'port-taken', message };
  return { kind: 'failed', message };
}

main().catch((error: unknown) => {
  console.error(error);
  report(explain(error));
  process.exitCode = 1;
});
