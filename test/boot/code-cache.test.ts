import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

let folder: string;

/** A copy of the package as it is installed, so that no other test runs from its cache. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-boot-'));
  for (const part of ['bin', 'dist', 'package.json'])
    await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
  await symlink(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
});

beforeEach(() => rm(cacheFolder(), { recursive: true, force: true }));

afterAll(() => rm(folder, { recursive: true, force: true }));

const cacheFolder = (): string => join(folder, 'dist', 'code-cache');

const lab = (...words: string[]): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, [join(folder, 'bin', 'lab-setup.js'), ...words], {
    env: {
      ...process.env,
      LAB_SETUP_HOME: join(folder, 'home'),
      AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
    },
  });

const version = async (): Promise<string> => {
  const { stdout, stderr } = await lab('--version');
  expect(stderr).toBe('');
  return stdout.trim();
};

/** Paths of the cached pieces. */
async function cached(): Promise<string[]> {
  const names = await readdir(cacheFolder(), { recursive: true });
  const paths = names.map((name) => join(cacheFolder(), name));
  const kinds = await Promise.all(paths.map((path) => stat(path)));
  return paths.filter((_, index) => kinds[index]?.isFile());
}

const changed = async (path: string): Promise<number> => (await stat(path)).mtimeMs;

/** Puts so many items into the lab's table. */
async function fillTable({ clientConfig }: TestAws, count: number): Promise<void> {
  const client = new DynamoDBClient(clientConfig);
  for (let first = 0; first < count; first += 25) {
    const batch = Array.from({ length: 25 }, (_, nth) => ({
      PutRequest: { Item: { id: { S: `item-${first + nth}` } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { 'lambda-apigateway': batch } }));
  }
  client.destroy();
}

/** Where the code of the first script begins, after the index. */
const firstPiece = (pack: Buffer): number => Math.ceil((4 + pack.readUInt32LE(0)) / 8) * 8;

describe('the code cache', () => {
  test('is made by the first run, whole, and left alone by the next', async () => {
    await version();
    const files = await cached();
    const times = await Promise.all(files.map(changed));
    await version();

    expect(files.length).toBeGreaterThan(0);
    expect(await cached()).toEqual(files);
    expect(await Promise.all(files.map(changed))).toEqual(times);
  });

  test.each([
    ['is empty', () => Buffer.alloc(0)],
    ['holds something else', () => Buffer.from('not what V8 writes')],
    ['was cut off', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
    [
      'holds a piece of another V8',
      (whole: Buffer) => whole.fill(0, firstPiece(whole), firstPiece(whole) + 16),
    ],
  ])('is made anew where it %s, and the command does not notice', async (_, spoil) => {
    const expected = await version();
    const files = await cached();
    const spoiled = await Promise.all(files.map(async (file) => spoil(await readFile(file))));
    await Promise.all(files.map((file, nth) => writeFile(file, spoiled[nth] ?? '')));

    expect(await version()).toBe(expected);
    const mended = await Promise.all(files.map((file) => readFile(file)));
    const times = await Promise.all(files.map(changed));
    expect(await version()).toBe(expected);

    for (const [nth, content] of mended.entries()) expect(content).not.toEqual(spoiled[nth]);
    expect(await Promise.all(files.map(changed))).toEqual(times);
  });

  test('is kept apart for what commands need, and not for what is no command', async () => {
    const attempt = (words: string): Promise<unknown> => lab(...words.split(' ')).catch(() => undefined);
    for (const words of ['--version', 'pu', 'pu --help', 'up --help', '../../up', 'completion'])
      await attempt(words);

    expect((await cached()).map((file) => basename(file)).sort()).toEqual(['--help', '--version', 'any']);
  });

  test('is added to by a run that needs other pieces of the same scripts, once', async () => {
    await lab('steps');
    const [file = ''] = await cached();
    const first = await changed(file);
    await lab('steps', '--policy');
    const second = await changed(file);
    for (const words of [['steps'], ['steps', '--policy']]) await lab(...words);

    expect(second).toBeGreaterThan(first);
    expect(await changed(file)).toBe(second);
  });

  test('is left alone by a usage error of a command that has code of its own', async () => {
    await lab('steps');
    const files = await cached();
    const times = await Promise.all(files.map(changed));
    await expect(lab('steps', '--no-such-flag')).rejects.toThrow('unknown option');

    expect(await cached()).toEqual(files);
    expect(await Promise.all(files.map(changed))).toEqual(times);
  });

  test('is as good after a list of several pages, for which V8 is set otherwise', async () => {
    await using aws = await startTestAws();
    const place = ['--target', 'aws', '--endpoint-url', aws.endpoint, '--region', aws.region];
    await lab('up', '--only', 'table', ...place);
    await fillTable(aws, 125);
    const list = (): Promise<{ stdout: string }> => lab('items', ...place);
    const { stdout } = await list();
    const file = (await cached()).find((path) => basename(path) === 'items') ?? '';
    const first = await changed(file);
    await list();

    expect(stdout.split('\n')).toHaveLength(126);
    expect(await changed(file)).toBe(first);
  });

  test('is done without where it cannot be written', async () => {
    await writeFile(cacheFolder(), 'a file where the folder belongs');

    expect(await version()).toMatch(/^\d+\.\d+\.\d+/);
    expect(await readFile(cacheFolder(), 'utf8')).toBe('a file where the folder belongs');
  });

  test('leaves nothing behind where a piece cannot be written', async () => {
    await version();
    for (const file of await cached()) {
      await rm(file);
      await mkdir(file);
    }

    await version();

    expect(await cached()).toEqual([]);
  });
});
