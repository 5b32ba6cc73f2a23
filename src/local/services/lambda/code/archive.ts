import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AwsError } from '../../../errors.js';
import { couldNotUnzip, emptyZip, serviceException, unzippedTooLarge } from '../errors.js';

/** AWS's limit for code and layers together (aws-facts 3.2). */
export const MAX_UNZIPPED_BYTES = 262_144_000;

/** Not AWS's: a bound on the work that one upload can cause. */
const MAX_ENTRIES = 100_000;

const TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;
const DIRECTORY = 0o040000;

/**
 * Unpacks a function's zip into `folder`, which must be new. Entries that would leave the folder, symbolic links and
 * encrypted files are refused, and so is what unpacks to more than AWS takes.
 * @throws AwsError in AWS's words; ServiceException when it is this machine that fails.
 */
export async function unpack(zip: Buffer, folder: string): Promise<void> {
  try {
    const file = await fromBufferPromise(zip, { lazyEntries: true });
    const entries = await readEntries(file);
    await makeRoot(folder);
    const made = new Set([folder]);
    for (const entry of entries) await write(file, { entry, folder, made });
  } catch (error) {
    throw faultOf(error);
  }
}

/** The system's errors that come of names in the archive: a file that is also a folder, a name that no disk takes. */
const ERRORS_OF_NAMES = ['EEXIST', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'];

/** Whose fault it is: the archive's, as yauzl and zlib tell it, or that of the disk (full, out of files, read-only). */
function faultOf(error: unknown): unknown {
  if (error instanceof AwsError) return error;
  const code = systemCodeOf(error);
  return code === undefined || ERRORS_OF_NAMES.includes(code) ? couldNotUnzip() : cannotUnpack(code);
}

const systemCodeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error
    ? String(error.code)
    : undefined;

const cannotUnpack = (code: string): AwsError => serviceException(`The code cannot be unpacked: ${code}`);

async function makeRoot(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotUnpack(systemCodeOf(error) ?? String(error));
  }
}

async function readEntries(file: ZipFile): Promise<Entry[]> {
  if (file.entryCount === 0) throw emptyZip();
  if (file.entryCount > MAX_ENTRIES) throw couldNotUnzip();
  const entries: Entry[] = [];
  let size = 0;
  for await (const entry of file.eachEntry()) {
    entries.push(entry);
    size += entry.uncompressedSize;
    // The sizes are what the archive says; while unpacking, yauzl holds each entry to it.
    if (size >= MAX_UNZIPPED_BYTES) throw unzippedTooLarge(MAX_UNZIPPED_BYTES);
    if (entry.isEncrypted() || modeOf(entry, TYPE_MASK) === SYMLINK) throw couldNotUnzip();
  }
  return entries;
}

/** The bits of a Unix mode; 0 where the archive was made elsewhere. */
const modeOf = (entry: Entry, mask: number): number =>
  entry.versionMadeBy >> 8 === 3 ? (entry.externalFileAttributes >>> 16) & mask : 0;

async function write(
  file: ZipFile,
  { entry, folder, made }: { entry: Entry; folder: string; made: Set<string> },
): Promise<void> {
  if (entry.fileName.includes('\0')) throw couldNotUnzip();
  const path = join(folder, entry.fileName);
  if (path !== folder && !path.startsWith(folder + sep)) throw couldNotUnzip();
  const isFolder = entry.fileName.endsWith('/') || modeOf(entry, TYPE_MASK) === DIRECTORY;
  const parent = isFolder ? path : dirname(path);
  if (!made.has(parent)) await mkdir(parent, { recursive: true, mode: 0o700 });
  made.add(parent);
  if (isFolder) return;
  const mode = modeOf(entry, 0o111) === 0 ? 0o600 : 0o700;
  await pipeline(await file.openReadStreamPromise(entry), createWriteStream(path, { mode }));
}
