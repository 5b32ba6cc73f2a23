import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { mixedId, upperId } from './ids.js';

/** What is fixed at the first start and kept with the state: a printed URL survives restarts, and so do credentials. */
const Config = v.object({
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  region: v.string(),
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
});
export type Config = v.InferOutput<typeof Config>;

/** Where the running server is; believed only after its health answer bears the same `instanceId`. */
const Running = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  port: v.pipe(v.number(), v.integer()),
  instanceId: v.string(),
  version: v.string(),
  /** ISO 8601. */
  startedAt: v.string(),
});
export type Running = v.InferOutput<typeof Running>;

/** The one account of the local AWS. */
const ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';

const configFile = (folder: string): string => join(folder, 'config.json');
const runningFile = (folder: string): string => join(folder, 'server.json');
export const logFile = (folder: string): string => join(folder, 'server.log');

export const readConfig = (folder: string): Promise<Config | undefined> =>
  readJson(configFile(folder), Config);

export const readRunning = (folder: string): Promise<Running | undefined> =>
  readJson(runningFile(folder), Running);

/** A first configuration: credentials that this installation makes for itself, and no port yet. */
export function newConfig(region: string): Config {
  return {
    account: ACCOUNT,
    region,
    port: 0,
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

/** Undefined when the file is missing or is not what this version writes. */
async function readJson<S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and readable by the owner only. */
async function writePrivately(file: string, value: object): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
