import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { DistrustedFileError, readOwn } from '../own-file.js';
import { codeOf } from './errors.js';
import { mixedId, upperId } from './ids.js';

/** What is fixed at the first start and kept with the state: a printed URL survives restarts, and so do credentials. */
const Config = v.object({
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  region: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
  /** Whether time is made real. */
  likeAws: v.optional(v.boolean(), false),
});
export type Config = v.InferOutput<typeof Config>;

/** Where the running server is said to be; believed only when it proves it (health.ts). */
const Running = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
});
export type Running = v.InferOutput<typeof Running>;

/** The one account of the local AWS. */
const ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';

/** Below the folder: what LevelDB's lock lets one process at a time open. */
export const STATE_FOLDER = 'state';

const configFile = (folder: string): string => join(folder, 'config.json');
const runningFile = (folder: string): string => join(folder, 'server.json');
export const logFile = (folder: string): string => join(folder, 'server.log');

/** A file that is there and cannot be used. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';

  /** Whether it is another user's: what it says may be in order. */
  get isForeign(): boolean {
    const code = codeOf(this.cause);
    return code === 'EACCES' || code === 'EPERM' || this.isDistrusted;
  }

  /** Whether it could be read, and is not believed for that. */
  get isDistrusted(): boolean {
    return this.cause instanceof DistrustedFileError;
  }
}

/**
 * Undefined before the first start.
 * @throws UnreadableFileError: to make another in its place would lose the credentials that everybody was given.
 */
export const readConfig = (folder: string): Promise<Config | undefined> =>
  readJson(configFile(folder), Config);

/** Undefined when there is none to be believed. */
export const readRunning = (folder: string): Promise<Running | undefined> =>
  readJson(runningFile(folder), Running).catch(() => undefined);

/** A first configuration: credentials that this installation makes for itself, and no port yet. */
export function newConfig(region: string): Config {
  return {
    account: ACCOUNT,
    region,
    port: 0,
    likeAws: false,
    // Twenty characters as AWS's are, yet plain to see as not one of them.
    accessKeyId: `AKIALOCAL${upperId(11)}`,
    secretAccessKey: mixedId(40),
  };
}

export const writeConfig = (folder: string, config: Config): Promise<void> =>
  writePrivately(configFile(folder), config);

export const writeRunning = (folder: string, running: Running): Promise<void> =>
  writePrivately(runningFile(folder), running);

export const forgetRunning = (folder: string): Promise<void> => rm(runningFile(folder), { force: true });

/** Undefined when the file is missing. @throws UnreadableFileError */
async function readJson<S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  try {
    return v.parse(schema, JSON.parse(await readOwn(file)));
  } catch (cause) {
    // A file where a folder should be shows when the folder is made.
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableFileError(`${file} cannot be read: ${reason}`, { cause });
  }
}

/** Whole or not at all, and readable by the owner only. */
async function writePrivately(file: string, value: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
