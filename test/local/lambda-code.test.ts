import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { until } from '../_helpers/gate.js';
import { refusal, ROLE, startTestLambda, UNTRUSTED_ROLE, type TestLambda } from '../_helpers/lambda.js';
import { zipOf, zipOfEntries, type ZipEntry } from '../_helpers/zip.js';

const HANDLER = 'exports.handler = async () => "here";';

let folder: string;
let aws: TestLambda;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-code-'));
  aws = await startTestLambda({ folder });
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

const create = (ZipFile: Buffer, FunctionName = 'refused', Role = ROLE) =>
  aws.client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Role,
      Handler: 'index.handler',
      Code: { ZipFile },
    }),
  );

const unzipError = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

describe('a zip that is refused', () => {
  const index: ZipEntry = { name: 'index.js', data: HANDLER };
  test.each<[string, Buffer, number, string]>([
    ['is none', Buffer.from('nonsense'), 400, unzipError],
    ['is cut off', zipOf({ 'index.js': HANDLER }).subarray(0, 60), 400, unzipError],
    ['has nothing in it', zipOfEntries([]), 400, 'Uploaded file must be a non-empty zip'],
    ['leaves its folder', zipOfEntries([index, { name: '../evil.js', data: 'x' }]), 400, unzipError],
    ['has an absolute path', zipOfEntries([index, { name: '/evil.js', data: 'x' }]), 400, unzipError],
    [
      'leaves its folder as Windows would',
      zipOfEntries([{ name: '..\\evil.js', data: 'x' }]),
      400,
      unzipError,
    ],
    [
      'has a symbolic link',
      zipOfEntries([index, { name: 'l', data: '/etc', mode: 0o120777 }]),
      400,
      unzipError,
    ],
    [
      'has a file that is also a folder',
      zipOfEntries([
        { name: 'a', data: 'x' },
        { name: 'a/b', data: 'x' },
      ]),
      400,
      unzipError,
    ],
    [
      'says that it is too large',
      zipOfEntries([{ ...index, claimedSize: 262_144_000 }]),
      400,
      'Unzipped size must be smaller than 262144000 bytes',
    ],
    ['says that it is smaller than it is', zipOfEntries([{ ...index, claimedSize: 3 }]), 400, unzipError],
    ['has a name with a zero byte', zipOfEntries([{ name: 'a\0b', data: 'x' }]), 400, unzipError],
    ['is too large', Buffer.alloc(52_428_800), 413, 'Zipped size must be smaller than 52428800 bytes'],
  ])('because it %s', async (_why, zip, status, message) => {
    expect(await refusal(create(zip))).toMatchObject({ status, message });
    expect(await refusal(aws.client.send(new GetFunctionCommand({ FunctionName: 'refused' })))).toMatchObject(
      {
        status: 404,
      },
    );
  });

  test('because the disk fails is not called a bad zip', async () => {
    await rm(join(folder, 'functions', 'code'), { recursive: true, force: true });
    await writeFile(join(folder, 'functions', 'code'), 'where a folder belongs');
    const refused = await refusal(create(zipOf({ 'index.js': HANDLER })));
    await rm(join(folder, 'functions', 'code'));
    expect(refused).toEqual({
      status: 500,
      name: 'ServiceException',
      message: expect.stringMatching(/^The code cannot be unpacked: E/) as unknown,
    });
  });

  test.each([
    ['a function that is not made', () => create(zipOf({ 'index.js': HANDLER }), 'refused', UNTRUSTED_ROLE)],
    [
      'a dry run',
      async () => {
        await aws.client.send(
          new UpdateFunctionCodeCommand({
            FunctionName: 'dry',
            ZipFile: zipOf({ 'index.js': '1;' }),
            DryRun: true,
          }),
        );
      },
    ],
  ])('is not kept unpacked for %s', async (_what, call) => {
    await create(zipOf({ 'index.js': HANDLER }), 'dry');
    await call().catch(() => undefined);
    await until(async () => (await readdir(join(folder, 'functions', 'code'))).length === 1);
    await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'dry' }));
    await until(async () => (await readdir(join(folder, 'functions', 'code'))).length === 0);
  });

  test('leaves no folder behind', async () => {
    expect(await readdir(join(folder, 'functions', 'code')).catch(() => [])).toEqual([]);
  });
});

describe('a zip that is taken', () => {
  test('keeps to itself on the disk', async () => {
    await create(
      zipOfEntries([
        { name: 'bin/', mode: 0o40777 },
        { name: 'bin/run', data: 'x', mode: 0o100755 },
        { name: 'index.js', data: HANDLER, mode: 0o100666 },
      ]),
      'modes',
    );
    const [name = ''] = await readdir(join(folder, 'functions', 'code'));
    const mode = async (path: string) =>
      ((await stat(join(folder, 'functions', 'code', name, path))).mode & 0o777).toString(8);
    expect(await Promise.all(['', 'bin', 'bin/run', 'index.js'].map(mode))).toEqual([
      '700',
      '700',
      '700',
      '600',
    ]);
    await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'modes' }));
  });

  test('is shared by functions with the same bytes, and goes with the last of them', async () => {
    const zip = zipOf({ 'index.js': HANDLER });
    await create(zip, 'one');
    await create(zip, 'two');
    await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'one' }));
    expect((await aws.invoke('two')).result).toBe('here');
    await aws.client.send(new DeleteFunctionCommand({ FunctionName: 'two' }));
    // The folder goes when the process that ran from it is gone.
    await until(async () => (await readdir(join(folder, 'functions', 'code'))).length === 0);
  });

  test('is replaced by an update, at its link too', async () => {
    await create(zipOf({ 'index.js': HANDLER }), 'linked');
    const next = zipOf({ 'index.js': 'exports.handler = async () => "next";' });
    await aws.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'linked', ZipFile: next }));
    const { Code } = await aws.client.send(new GetFunctionCommand({ FunctionName: 'linked' }));
    const response = await fetch(Code?.Location ?? '');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(next);
  });

  test('runs after a restart, when its folder is gone', async () => {
    await create(zipOf({ 'index.js': HANDLER }), 'kept');
    await aws.stop();
    await rm(join(folder, 'functions'), { recursive: true });
    aws = await startTestLambda({ folder });
    expect((await aws.invoke('kept')).result).toBe('here');
  });
});

test('the SDK for functions is offered at the next call when something stood in its way', async () => {
  const own = await startTestLambda();
  try {
    const links = join(own.folder, 'functions', 'node_modules');
    await writeFile(links, 'no folder');
    await own.create('waits', HANDLER);
    await expect(own.invoke('waits')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });

    await rm(links);

    expect((await own.invoke('waits')).result).toBe('here');
  } finally {
    await own.stop();
  }
});
