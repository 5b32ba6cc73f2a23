import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  dropRecord,
  homeAt,
  homeFolder,
  keepCopy,
  knownLabs,
  readRecord,
  writeRecord,
  type Home,
  type LabRecord,
} from '../../src/cli/home.js';
import { withFileOfAnother, withoutRightTo } from '../_helpers/another-user.js';

const RECORD: LabRecord = { schemaVersion: 1, target: 'local', account: '000000000000', region: 'us-east-1' };

let home: Home;
beforeEach(async () => void (home = homeAt(await mkdtemp(join(tmpdir(), 'lab-setup-home-')))));
afterEach(() => rm(home.folder, { recursive: true, force: true }));

test('a record is read as it was written, and names its lab', async () => {
  await writeRecord(home, 'ana', RECORD);

  expect(await readRecord(home, 'ana')).toEqual(RECORD);
  expect(await knownLabs(home)).toEqual(['ana']);
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
