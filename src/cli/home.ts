import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../aws/errors.js';
import type { Place, Target } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { DISTRUSTED_HINT, DistrustedFileError, readOwn, takeBackHint } from '../own-file.js';

/** The folder for all that lab-setup keeps on disk: LAB_SETUP_HOME, or the platform's data folder. */
export interface Home {
  readonly folder: string;
  /** Below it, all of the local AWS. */
  readonly localAws: string;
}

/**
 * Where a lab is, so that later commands need no flags: written before the first create, dropped after a clean `down`.
 * No secrets, and nothing that the cloud itself can tell.
 */
const LabRecord = v.object({
  schemaVersion: v.literal(1),
  target: v.picklist(['local', 'aws']),
  endpoint: v.optional(v.string()),
  account: v.string(),
  region: v.string(),
  profile: v.optional(v.string()),
});
export type LabRecord = v.InferOutput<typeof LabRecord>;

const RecordText = v.pipe(v.string(), v.parseJson(), LabRecord);

/** Whether a lab that stands at `record` stands at this place: account and region as well as server. */
export function isAt(record: LabRecord, place: Omit<LabRecord, 'schemaVersion' | 'profile'>): boolean {
  return (
    record.target === place.target &&
    record.endpoint === place.endpoint &&
    record.account === place.account &&
    record.region === place.region
  );
}

/** Where a caller works, in the form of a record. */
export function recordOf(target: Target, place: Pick<Place, 'account' | 'region'>): LabRecord {
  // The endpoint of the local AWS follows from the home.
  const endpoint = target.kind === 'local' ? undefined : target.endpoint;
  return {
    schemaVersion: 1,
    target: target.kind,
    account: place.account,
    region: place.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(target.profile === undefined ? {} : { profile: target.profile }),
  };
}

/**
 * A lab in one account is never taken for that of another: the names are the same in both. What differs in more than the
 * account is another place, of which `up` alone has something to say.
 * @throws LabError `wrong-place`
 */
export function refuseOtherAccount(lab: string, record: LabRecord | undefined, here: LabRecord): void {
  if (!record || record.account === here.account || !isAt({ ...record, account: here.account }, here)) return;
  throw new LabError(
    'wrong-place',
    `The lab ${lab} is in account ${record.account}; these credentials belong to account ${here.account}.`,
    { hint: `Use the credentials of account ${record.account} (--profile), or another lab (--lab NAME).` },
  );
}

/**
 * The folder that is meant: what LAB_SETUP_HOME says, else the platform's.
 * @returns an error for a relative path: in each folder it would be another home, and labs would be lost from sight
 */
export function homeFolder(named: string | undefined, usual: string): string | LabError {
  if (named === undefined || named === '') return usual;
  if (isAbsolute(named)) return named;
  return new LabError(
    'home',
    `LAB_SETUP_HOME is ${named}, which is another folder wherever a command is run.`,
    {
      hint: `Give it the whole path, such as ${resolve(named)}.`,
    },
  );
}

export function homeAt(folder: string): Home {
  return { folder, localAws: join(folder, 'local-aws') };
}

const recordFile = (home: Home, lab: string): string => join(home.folder, 'labs', `${lab}.json`);

/** @throws LabError when there is a record that cannot be read: guessing where a lab is could harm another one. */
export async function readRecord(home: Home, lab: string): Promise<LabRecord | undefined> {
  const file = recordFile(home, lab);
  let text: string;
  try {
    text = await readOwn(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(home, file, error);
  }
  const parsed = v.safeParse(RecordText, text);
  if (!parsed.success)
    throw unreadable(home, file, new Error('it is not what this version of lab-setup writes'));
  return parsed.output;
}

/** The record as it is at this moment, for what is said in the midst of a command; undefined where none can be read. */
export function recordNow(home: Home, lab: string): LabRecord | undefined {
  try {
    return v.parse(RecordText, readFileSync(recordFile(home, lab), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @throws LabError when the folder cannot be written. */
export async function writeRecord(home: Home, lab: string, record: LabRecord): Promise<void> {
  const file = recordFile(home, lab);
  try {
    await mkdir(join(home.folder, 'labs'), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    await createFile(temporary, `${JSON.stringify(record, null, 2)}\n`);
    await rename(temporary, file).catch(async (error: unknown) => {
      await rm(temporary, { force: true });
      throw error;
    });
  } catch (error) {
    throw unwritable(home, error);
  }
}

/**
 * Keeps a copy of what is about to be replaced in the account, for its owner's eyes only. The name says when.
 * @returns the path
 * @throws LabError when the folder cannot be written.
 */
export async function keepCopy(
  home: Home,
  copy: { readonly name: string; readonly at: Date; readonly content: Uint8Array },
): Promise<string> {
  const folder = join(home.folder, 'replaced-code');
  // No colons, for those who carry it to Windows.
  const file = join(folder, `${copy.at.toISOString().replace(/:/g, '-')}-${copy.name}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await createFile(file, copy.content);
    return file;
  } catch (error) {
    throw unwritable(home, error);
  }
}

/** The names of the labs that are known to stand somewhere. */
export async function knownLabs(home: Home): Promise<string[]> {
  const files = await readdir(join(home.folder, 'labs')).catch(() => []);
  return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
}

/** `the local AWS, account 000000000000, region us-east-1` */
export function placeText({ target, endpoint, account, region }: LabRecord): string {
  const server = target === 'local' ? 'the local AWS' : (endpoint ?? 'AWS');
  return `${server}, account ${account}, region ${region}`;
}

/** Forgets the labs on the local AWS, when all that was in it is deleted. A record that cannot be read is left for its lab to tell of. */
export async function dropLocalRecords(home: Home): Promise<void> {
  for (const lab of await knownLabs(home)) {
    const record = await readRecord(home, lab).catch(() => undefined);
    if (record?.target === 'local') await dropRecord(home, lab);
  }
}

/** @throws LabError when the folder cannot be written. */
export async function dropRecord(home: Home, lab: string): Promise<void> {
  await rm(recordFile(home, lab), { force: true }).catch((error: unknown) => {
    throw unwritable(home, error);
  });
}

/** Makes a file for its owner's eyes only: whole and on disk, or not at all. */
export async function createFile(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

const failsWith =
  (...codes: readonly string[]) =>
  (error: unknown): boolean =>
    error instanceof Error && 'code' in error && codes.some((code) => code === error.code);

const isMissing = failsWith('ENOENT', 'ENOTDIR');
const isForeign = failsWith('EACCES', 'EPERM');

const reasonOf = (error: unknown): string => messageOf(error).replace(/\.$/, '');

export function unwritable(home: Home, error: unknown): LabError {
  return new LabError('home', `The folder ${home.folder} cannot be written: ${reasonOf(error)}.`, {
    hint: 'Set LAB_SETUP_HOME to a folder that you may write, or make room on its disk.',
    cause: error,
  });
}

function unreadable({ folder }: Home, file: string, error: unknown): LabError {
  return new LabError('home', `The record of the lab in ${file} cannot be read: ${reasonOf(error)}.`, {
    hint: wayToRead(folder, error),
    cause: error,
  });
}

function wayToRead(folder: string, error: unknown): string {
  if (error instanceof DistrustedFileError) return DISTRUSTED_HINT;
  return isForeign(error)
    ? takeBackHint(folder)
    : 'Delete that file if it is of no use, and name the target with --target, --region and --profile.';
}
