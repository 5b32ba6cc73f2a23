import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipArchive } from 'archiver';

/** The built handler as Lambda takes it. */
export interface Archive {
  readonly zip: Buffer;
  /** What Lambda reports as `CodeSha256`: sha256 of the zip in base64. */
  readonly codeSha256: string;
  /** sha256 of the code itself in hex. Unlike the zip's it does not depend on the Node version whose deflate packed it. */
  readonly bundleSha256: string;
}

/** The one file in the archive; the function's handler setting is `index.handler`. */
const FILE = 'index.js';

/** The earliest time that a zip can hold. archiver writes it in UTC, so that no time zone changes the bytes. */
const TIME = new Date('1980-01-01T00:00:00Z');

/** Readable for everybody, as Lambda asks; fixed, so that the umask of the machine does not matter. */
const MODE = 0o644;

/** Zips the bundled handler: the same bytes for the same code. */
export async function archiveHandler(bundle: Buffer): Promise<Archive> {
  const archive = new ZipArchive({ zlib: { level: 9 } });
  archive.append(bundle, { name: FILE, date: TIME, mode: MODE });
  const [zip] = await Promise.all([buffer(archive), archive.finalize()]);
  return {
    zip,
    codeSha256: createHash('sha256').update(zip).digest('base64'),
    bundleSha256: createHash('sha256').update(bundle).digest('hex'),
  };
}
