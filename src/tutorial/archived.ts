import { createHash } from 'node:crypto';

/** The built handler as Lambda takes it. */
export interface Archive {
  readonly zip: Buffer;
  /** What Lambda reports as `CodeSha256`: sha256 of the zip in base64. */
  readonly codeSha256: string;
  /** sha256 of the code itself in hex. Unlike the zip's it does not depend on the Node version whose deflate packed it. */
  readonly bundleSha256: string;
}

/** A zip that `archiveHandler` made of this code, with their digests. */
export const archived = (bundle: Buffer, zip: Buffer): Archive => ({
  zip,
  codeSha256: createHash('sha256').update(zip).digest('base64'),
  bundleSha256: createHash('sha256').update(bundle).digest('hex'),
});
