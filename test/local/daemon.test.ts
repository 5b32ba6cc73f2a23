/** The process that the local AWS runs in, started by hand. */
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openStore } from '../../src/local/store.js';
import { newDaemons, type Daemon, type Daemons } from '../_helpers/daemon.js';

let daemons: Daemons;
beforeEach(async () => void (daemons = await newDaemons()));
afterEach(() => daemons.leave());

const start = (...more: string[]): Promise<Daemon> => daemons.start({ arguments: more });

const portOf = async (): Promise<number> => Number(new URL((await daemons.clientConfig()).endpoint).port);

describe('the server’s process', () => {
  test('ends on SIGTERM though a connection is idle', async () => {
    const { child, exit } = await start();
    const socket = connect(await portOf(), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');

    child.kill('SIGTERM');

    expect(await exit).toEqual([0, null]);
  });

  test('ends by itself when it is unused', async () => {
    const { exit } = await start('--idle-ms=50');

    expect(await exit).toEqual([0, null]);
    expect(await readdir(daemons.folder)).not.toContain('server.json');
  });

  test('keeps all it writes to its owner', async () => {
    await mkdir(daemons.folder, { recursive: true, mode: 0o755 });
    await start();

    const paths = await readdir(daemons.folder, { recursive: true });
    // What links lead to, the SDK for functions, was not written by it.
    const written = paths.filter((path) => !path.startsWith(join('functions', 'node_modules', '@')));
    const modes = await Promise.all(
      written.map(async (path) => (await stat(join(daemons.folder, path))).mode & 0o077),
    );

    expect((await stat(daemons.folder)).mode & 0o777).toBe(0o700);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  test('ends when its parent is gone before its report', async () => {
    const { child, exit } = await start('--idle-ms=50');
    if (child.connected) child.disconnect();

    expect(await exit).toEqual([0, null]);
  });
});

describe('a start that fails is reported', () => {
  test('as such when the configuration cannot be read, which stays as it is', async () => {
    await mkdir(daemons.folder, { recursive: true });
    const config = join(daemons.folder, 'config.json');
    await writeFile(config, '{"account":');

    const { report, exit } = await start();

    expect(report).toMatchObject({ kind: 'failed', message: expect.stringContaining(config) });
    expect(await exit).toEqual([1, null]);
    expect(await readFile(config, 'utf8')).toBe('{"account":');
  });

  test('when it cannot be announced, and leaves nobody behind who holds the state', async () => {
    await mkdir(join(daemons.folder, 'server.json', 'in the way'), { recursive: true });

    const { report, exit } = await start();

    expect(report).toMatchObject({ kind: 'failed' });
    expect(await exit).toEqual([1, null]);
    const store = await openStore(join(daemons.folder, 'state'));
    await store.close();
    expect((await readdir(daemons.folder)).filter((name) => name.startsWith('server.json'))).toEqual([
      'server.json',
    ]);
  });

  test('as locked when another has the state', async () => {
    await start();

    const { report } = await start();

    expect(report).toEqual({ kind: 'locked' });
  });

  test('as failed, not locked, when the path merely bears the word', async () => {
    const others = await newDaemons('a locked block');
    await mkdir(others.folder, { recursive: true });
    await writeFile(join(others.folder, 'state'), 'a file where a folder belongs');

    const { report } = await others.start();
    await others.leave();

    expect(report).toMatchObject({ kind: 'failed' });
  });

  test('as a taken port when another program listens there', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');

    const { report } = await start(`--port=${(other.address() as AddressInfo).port}`);

    expect(report).toMatchObject({ kind: 'port-taken' });
    other.close();
  });
});
