/** The life of the local AWS's own process. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';

let machine: Machine;
beforeEach(async () => void (machine = await newMachine()));
afterEach(() => machine.leave());

interface Local {
  readonly running: boolean;
  readonly endpoint?: string;
  readonly pid?: number;
  readonly contents?: Readonly<Record<string, number>>;
  readonly diskBytes?: number;
}

const local = async (command: string): Promise<Local> =>
  (documentOf(await machine.run(`${command} --json`)) as unknown as { local: Local }).local;

describe('the local AWS', () => {
  test('is started by the first command that needs it, and found by the next', async () => {
    const before = await local('local status');
    await machine.run('status');
    const first = await local('local status');
    await machine.run('status');
    const second = await local('local status');

    expect([before.running, first.running, second.pid]).toEqual([false, true, first.pid]);
  });

  test('is one, however many commands start it at once', async () => {
    const started = await Promise.all([1, 2, 3].map(() => local('local start')));

    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
  });

  test('keeps its port from start to start', async () => {
    const first = await local('local start');
    await machine.run('local stop');
    const second = await local('local start');

    expect([second.endpoint, second.pid === first.pid]).toEqual([first.endpoint, false]);
  });

  test('keeps what it acknowledged when it is killed', async () => {
    await machine.run('up');
    await machine.run('invoke create');
    const { pid = 0 } = await local('local status');
    process.kill(pid, 'SIGKILL');

    const status = await machine.run('status');
    const items = await machine.run('items');

    expect([status.code, items.stdout]).toEqual([0, '{"id":"1234ABCD","number":5}\n']);
  });

  test('says what is in it, and forgets everything on reset', async () => {
    await machine.run('up');
    const before = await local('local status');
    await machine.run('local reset');
    const after = await local('local status');

    expect(before.contents).toEqual({
      roles: 1,
      functions: 1,
      tables: 1,
      restApis: 1,
      apiKeys: 1,
      usagePlans: 1,
      logGroups: 1,
    });
    expect([(before.diskBytes ?? 0) > 0, after.diskBytes]).toEqual([true, 0]);
    expect((await machine.run('status')).code).toBe(3);
    expect(await readdir(join(machine.home, 'labs'))).toEqual([]);
  });

  test('keeps its credentials from other users of the machine', async () => {
    await machine.run('local start');
    const folder = join(machine.home, 'local-aws');

    const modes = await Promise.all(
      [folder, join(folder, 'config.json'), join(folder, 'server.log')].map(async (path) =>
        ((await stat(path)).mode & 0o777).toString(8),
      ),
    );

    expect(modes).toEqual(['700', '600', '600']);
  });

  test('sees nothing of the reader’s environment', async () => {
    await machine.run('local start', { env: { AWS_SECRET_ACCESS_KEY: 'a secret', MY_TOKEN: 'another' } });
    const { pid = 0 } = await local('local status');

    const environment = process.platform === 'linux' ? await readFile(`/proc/${pid}/environ`, 'utf8') : '';

    expect(environment).not.toMatch(/secret|TOKEN/);
  });
});
