import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  dropLocalRecords,
  dropRecord,
  homeAt,
  homeFolder,
  isAt,
  keepCopy,
  knownLabs,
  readRecord,
  recordOf,
  refuseOtherAccount,
  writeRecord,
  type Home,
  type LabRecord,
} from '../../src/cli/home.js';
import type { Target } from '../../src/aws/target.js';
import { withFileOfAnother, withoutRightTo } from '../_helpers/another-user.js';

const RECORD: LabRecord = { schemaVersion: 1, target: 'local', account: '000000000000', region: 'us-east-1' };

let folder: string;
let home: Home;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-home-'));
  home = homeAt(join(folder, 'not', 'there yet'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a record is read as it was written, and names its lab', async () => {
  await writeRecord(home, 'ana', RECORD);

  expect(await readRecord(home, 'ana')).toEqual(RECORD);
  expect(await knownLabs(home)).toEqual(['ana']);
});

test('of a lab without a record nothing is known', async () => {
  expect(await readRecord(home, 'ana')).toBeUndefined();
});

test('a record that is none is named, and what to do about it', async () => {
  await writeRecord(home, 'ana', RECORD);
  await writeFile(join(home.folder, 'labs', 'ana.json'), '{"schemaVersion":2}');

  await expect(readRecord(home, 'ana')).rejects.toMatchObject({
    code: 'home',
    message: expect.stringMatching(/ana\.json cannot be read/) as unknown,
    hint: expect.stringContaining('Delete that file') as unknown,
  });
});

test('the records of the labs on the local AWS are dropped with it, and no others', async () => {
  await writeRecord(home, 'local', RECORD);
  await writeRecord(home, 'elsewhere', { ...RECORD, target: 'aws' });
  await writeFile(join(home.folder, 'labs', 'broken.json'), 'no record');
  await writeFile(join(home.folder, 'labs', 'local.json.0a1b2c'), 'half a record');

  await dropLocalRecords(home);

  expect((await knownLabs(home)).sort()).toEqual(['broken', 'elsewhere']);
});

test('a record of another user is not told to be deleted: the folder is to be taken back', async () => {
  const hers = homeAt(join(home.folder, "o'hara"));
  await writeRecord(hers, 'ana', RECORD);

  const read = withoutRightTo(join(hers.folder, 'labs', 'ana.json'), () => readRecord(hers, 'ana'));

  await expect(read).rejects.toMatchObject({
    code: 'home',
    hint: expect.stringContaining(`sudo chown -R "$(id -un)" '${home.folder}/o'\\''hara'`) as unknown,
  });
});

(process.geteuid?.() === 0 ? test : test.skip)(
  'a record that another user has put there is not believed',
  async () => {
    await writeRecord(home, 'ana', RECORD);

    const read = withFileOfAnother(join(home.folder, 'labs', 'ana.json'), () => readRecord(home, 'ana'));

    await expect(read).rejects.toMatchObject({
      code: 'home',
      message: expect.stringContaining('cannot be read: it belongs to another user') as unknown,
      // Taken over with the folder it would be believed.
      hint: expect.not.stringContaining('chown') as unknown,
    });
  },
);

test('a record that cannot be put in place leaves nothing behind', async () => {
  const labs = join(home.folder, 'labs');
  await mkdir(join(labs, 'ana.json'), { recursive: true });

  await expect(writeRecord(home, 'ana', RECORD)).rejects.toMatchObject({ code: 'home' });

  expect(await readdir(labs)).toEqual(['ana.json']);
});

test('a record that cannot be dropped is a matter of the folder, not of lab-setup', async () => {
  await mkdir(join(home.folder, 'labs', 'ana.json'), { recursive: true });

  await expect(dropRecord(home, 'ana')).rejects.toMatchObject({
    code: 'home',
    message: expect.stringContaining(home.folder) as unknown,
  });
});

test('a home is the same folder wherever a command is run', () => {
  expect(homeFolder(undefined, '/usual')).toBe('/usual');
  expect(homeFolder('', '/usual')).toBe('/usual');
  expect(homeFolder('/mine', '/usual')).toBe('/mine');
  expect(homeFolder('mine', '/usual')).toMatchObject({
    code: 'home',
    hint: expect.stringContaining('/mine'),
  });
});

test('a copy takes the place of no other', async () => {
  const copy = { name: 'f.zip', at: new Date(0), content: Buffer.from('first') };
  const path = await keepCopy(home, copy);

  await expect(keepCopy(home, { ...copy, content: Buffer.from('second') })).rejects.toMatchObject({
    code: 'home',
  });

  expect(await readdir(join(path, '..'))).toEqual(['1970-01-01T00-00-00.000Z-f.zip']);
});

describe('where a lab is', () => {
  const TARGET: Target = {
    ...{ kind: 'aws', region: 'eu-west-1', endpoint: 'https://aws.example', profile: 'work' },
    credentials: undefined,
  };
  const PLACE = { account: '111111111111', region: 'eu-west-1' };
  const HERE = recordOf(TARGET, PLACE);

  test('is recorded with server, account, region and profile', () => {
    expect(HERE).toEqual({
      ...{ schemaVersion: 1, target: 'aws', endpoint: 'https://aws.example', profile: 'work' },
      ...PLACE,
    });
  });

  test('is recorded without the port of the local AWS, which follows from the home', () => {
    const local: Target = { ...TARGET, kind: 'local', endpoint: 'http://127.0.0.1:1', profile: undefined };

    expect(recordOf(local, PLACE)).toEqual({ schemaVersion: 1, target: 'local', ...PLACE });
  });

  test.each([
    ['target', { target: 'local' }],
    ['server', { endpoint: 'https://other.example' }],
    ['account', { account: '222222222222' }],
    ['region', { region: 'us-east-1' }],
  ] as const)('is another place for another %s', (_, other) => {
    expect(isAt({ ...HERE, ...other }, HERE)).toBe(false);
  });

  test('is the same place for another profile', () => {
    expect(isAt({ ...HERE, profile: 'other' }, HERE)).toBe(true);
  });

  test('is held against the account alone: what differs in more is another place', () => {
    const elsewhere = { ...HERE, account: '222222222222' };
    const refuse = (record: LabRecord | undefined) => () => {
      refuseOtherAccount('ana', record, HERE);
    };

    expect(refuse(elsewhere)).toThrow('The lab ana is in account 222222222222');
    expect(refuse({ ...elsewhere, region: 'us-east-1' })).not.toThrow();
    expect(refuse(HERE)).not.toThrow();
    expect(refuse(undefined)).not.toThrow();
  });
});
