import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { fromBufferPromise } from 'yauzl';
import { archiveHandler } from '../../src/tutorial/archive.js';

const CODE = Buffer.from('exports.handler = async (event) => event;\n'.repeat(50));

/** A cold start grows with it, and the lab wants to be small. */
const MAX_ZIP_BYTES = 110 * 1024;

test('the archive holds the code as index.js, readable for all', async () => {
  const { zip } = await archiveHandler(CODE);
  const file = await fromBufferPromise(zip, { lazyEntries: true });
  const entries: unknown[] = [];
  for await (const entry of file.eachEntry()) {
    const stream = await file.openReadStreamPromise(entry);
    entries.push([entry.fileName, (entry.externalFileAttributes >>> 16) & 0o777, await buffer(stream)]);
  }
  expect(entries).toEqual([['index.js', 0o644, CODE]]);
});

test('the archive tells no time of its making', async () => {
  const file = await fromBufferPromise((await archiveHandler(CODE)).zip, { lazyEntries: true });
  for await (const entry of file.eachEntry()) {
    // 1980-01-01 00:00:00 in the form of MS-DOS: no years since 1980, month 1, day 1.
    expect([entry.lastModFileDate, entry.lastModFileTime]).toEqual([(1 << 5) | 1, 0]);
  }
  expect(file.entryCount).toBe(1);
});

test('the digests are those of the zip and of the code', async () => {
  const { zip, codeSha256, bundleSha256 } = await archiveHandler(CODE);
  expect(codeSha256).toBe(createHash('sha256').update(zip).digest('base64'));
  expect(bundleSha256).toBe(createHash('sha256').update(CODE).digest('hex'));
});

test('other code gives another archive', async () => {
  const one = await archiveHandler(CODE);
  const other = await archiveHandler(Buffer.concat([CODE, Buffer.from(' ')]));
  expect(other.codeSha256).not.toBe(one.codeSha256);
  expect(other.bundleSha256).not.toBe(one.bundleSha256);
});

test('the handler as built stays small', async () => {
  const bundle = await readFile(new URL('../../dist/handler/index.js', import.meta.url));
  const { zip } = await archiveHandler(bundle);
  expect(zip.length).toBeLessThan(MAX_ZIP_BYTES);
});

describe('the same code gives the same bytes', () => {
  let folder: string;
  let script: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-setup-test-'));
    script = join(folder, 'archive.mjs');
    await build({
      stdin: {
        contents: `
          import { archiveHandler } from './src/tutorial/archive.js';
          const { zip } = await archiveHandler(Buffer.from(process.argv[2], 'base64'));
          process.stdout.write(zip.toString('base64'));
        `,
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC'])('in another process, in %s', async (TZ) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, CODE.toString('base64')], {
      env: { ...process.env, TZ },
    });
    const { zip } = await archiveHandler(CODE);
    expect(stdout).toBe(zip.toString('base64'));
  });
});
