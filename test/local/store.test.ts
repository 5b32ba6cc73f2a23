import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Level } from 'level';
import * as v from 'valibot';
import { StoreError } from '../../src/local/database.js';
import { openStore } from '../../src/local/store.js';

const schema = v.object({ count: v.number() });

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lab-setup-store-')), 'state');
});
afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true });
});

describe('a table', () => {
  test('has its records again after the store was opened anew', async () => {
    const before = await openStore(folder);
    before.table('things', schema).put('a/b', { count: 1 });
    before.table('others', schema).put('a/b', { count: 2 });
    await before.close();

    const after = await openStore(folder);
    const things = after.table('things', schema);

    expect(things.values()).toEqual([{ count: 1 }]);
    await after.close();
  });

  test('forgets what was deleted', async () => {
    const before = await openStore(folder);
    const things = before.table('things', schema);
    things.put('a', { count: 1 });
    await before.flush();
    things.delete('a');
    await before.close();

    const after = await openStore(folder);

    expect(after.table('things', schema).get('a')).toBeUndefined();
    await after.close();
  });

  test('shows a change at once, before it is on disk', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);

    things.put('a', { count: 1 });

    expect(things.get('a')).toEqual({ count: 1 });
    await store.close();
  });

  test('refuses records that another program put there', async () => {
    const before = await openStore(folder);
    before.table('things', v.object({ name: v.string() })).put('a', { name: 'x' });
    await before.close();

    const after = await openStore(folder);

    expect(() => after.table('things', schema)).toThrow(
      /record table\/things\/a of the state cannot be read/,
    );
    await after.close();
  });
});

describe('a flush', () => {
  test('writes all changes made so far as one batch, so that none is seen without the others', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    const journal = store.journal('events');
    for (let count = 0; count < 200; count += 1) {
      things.put(String(count), { count });
      journal.put(String(count), Buffer.from('x'));
    }

    await Promise.all([store.flush(), store.flush()]);
    await store.close();

    const raw = new Level(folder);
    expect((await raw.keys({ gte: 'table/', lt: 'table0' }).all()).length).toBe(200);
    expect((await raw.keys({ gte: 'journal/', lt: 'journal0' }).all()).length).toBe(200);
    await raw.close();
  });

  test('of nothing does nothing', async () => {
    const store = await openStore(folder);

    await expect(store.flush()).resolves.toBeUndefined();
    await store.close();
  });
});

describe('when the disk refuses a batch', () => {
  const refuseOnce = (): void => {
    jest.spyOn(Level.prototype, 'batch').mockImplementationOnce(() => {
      throw new Error('No space left on device');
    });
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('its changes are undone, and the caller hears it', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    things.put('kept', { count: 1 });
    things.put('changed', { count: 1 });
    await store.flush();
    refuseOnce();
    things.put('added', { count: 2 });
    things.put('changed', { count: 2 });
    things.put('changed', { count: 3 });
    things.delete('kept');

    await expect(store.flush()).rejects.toThrow(/is the disk full/);

    expect([things.get('kept'), things.get('changed'), things.get('added')]).toEqual([
      { count: 1 },
      { count: 1 },
      undefined,
    ]);
    await store.close();
  });

  test('they are not tried again with the next ones', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    refuseOnce();
    things.put('lost', { count: 1 });
    await store.flush().catch(() => undefined);

    things.put('kept', { count: 2 });
    await store.close();

    const after = await openStore(folder);
    expect(after.table('things', schema).values()).toEqual([{ count: 2 }]);
    await after.close();
  });

  test('the changes that were made meanwhile go with it, for they were built on it', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    refuseOnce();
    things.put('a', { count: 1 });
    const first = store.flush();
    await Promise.resolve();
    things.put('a', { count: 2 });
    const second = store.flush();

    expect(await Promise.allSettled([first, second])).toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    expect(things.get('a')).toBeUndefined();
    await store.close();
  });

  test('who only read is not refused for it, neither then nor later', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    const journal = store.journal('events');
    refuseOnce();

    const write = store.commit(async () => {
      things.put('a', { count: 1 });
      await Promise.resolve();
    });
    const read = store.commit(() => journal.get('a'));

    expect(await Promise.allSettled([write, read])).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled' },
    ]);
    await expect(store.commit(() => Promise.resolve('an answer'))).resolves.toBe('an answer');
    await store.close();
  });

  test('who changed something hears it, though another flushed before him', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    refuseOnce();

    const work = store.commit(async () => {
      things.put('a', { count: 1 });
      await store.flush().catch(() => undefined);
      return 'done';
    });

    await expect(work).rejects.toThrow(/is the disk full/);
    await store.close();
  });

  test('LevelDB is opened anew before the next batch: behind half a record it would lose what it acknowledges', async () => {
    const store = await openStore(folder);
    const things = store.table('things', schema);
    const opened = jest.spyOn(Level.prototype, 'open');
    refuseOnce();
    things.put('lost', { count: 1 });
    await store.flush().catch(() => undefined);
    expect(opened).not.toHaveBeenCalled();

    things.put('kept', { count: 2 });
    await store.flush();

    expect(opened).toHaveBeenCalledTimes(1);
    await store.close();
  });
});

describe('a journal', () => {
  test('is read in the order of its keys, forward and back, within a range', async () => {
    const store = await openStore(folder);
    const journal = store.journal('events');
    for (const key of ['b', 'a', 'd', 'c']) journal.put(key, Buffer.from(key));

    const keys = async (range: Parameters<typeof journal.read>[0]): Promise<string[]> =>
      (await journal.read(range)).map(({ key }) => key);

    expect(await keys({ from: 'a', to: 'd' })).toEqual(['a', 'b', 'c']);
    expect(await keys({ from: 'a', to: 'z', reverse: true, limit: 2 })).toEqual(['d', 'c']);
    await store.close();
  });

  test('clears a range and nothing beside it', async () => {
    const store = await openStore(folder);
    const journal = store.journal('events');
    const neighbour = store.journal('events2');
    for (const key of ['a', 'b', 'c']) journal.put(key, Buffer.from(key));
    neighbour.put('a', Buffer.from('kept'));

    await journal.clear({ from: 'a', to: 'c' });

    expect((await journal.read({ from: '', to: '~' })).map(({ key }) => key)).toEqual(['c']);
    expect((await neighbour.get('a'))?.toString()).toBe('kept');
    await store.close();
  });
});

describe('a state folder', () => {
  test('is only for its owner', async () => {
    const store = await openStore(folder);

    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await store.close();
  });

  test('cannot be opened twice', async () => {
    const store = await openStore(folder);

    await expect(openStore(folder)).rejects.toThrow(StoreError);
    await store.close();
  });

  test.each([['2'], ['1000'], ['one']])('of version %s is refused and left as it is', async (version) => {
    const raw = new Level(folder);
    await raw.put('meta/version', version);
    await raw.close();

    await expect(openStore(folder)).rejects.toThrow(/written by a newer lab-setup/);

    const again = new Level(folder);
    expect(await again.get('meta/version')).toBe(version);
    await again.close();
  });
});
