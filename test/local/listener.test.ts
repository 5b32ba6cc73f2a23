import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/local/clock.js';
import { createKeyring } from '../../src/local/identity.js';
import { listenOnLoopback, type Listener } from '../../src/local/listener.js';
import { createLocalServer } from '../../src/local/server.js';
import { openStore, type Store } from '../../src/local/store.js';
import { TEST_CREDENTIALS } from '../_helpers/local-aws.js';
import { connectTo } from '../_helpers/raw-http.js';

let folder: string;
let store: Store;
let server: Server;
let listener: Listener;

/** More than a connection holds on its way. */
const LONG = Buffer.alloc(32 * 1024 * 1024);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-listener-'));
  store = await openStore(join(folder, 'state'));
  const principal = { kind: 'owner', account: '0', arn: 'a', userId: 'u' } as const;
  server = createLocalServer({
    planes: {
      services: [],
      dataPlane: ({ path }) => ({
        service: 'execute-api',
        operation: 'Invoke',
        answer: () => Promise.resolve({ status: 200, headers: {}, body: path === '/long' ? LONG : 'here' }),
      }),
    },
    keyring: createKeyring({ owner: { credentials: TEST_CREDENTIALS, principal }, clock: systemClock }),
    region: 'us-east-1',
    clock: systemClock,
    store,
    health: () => ({}),
    patience: { headers: 60, request: 120, check: 20, answer: 60 },
  });
  listener = await listenOnLoopback(server, 0);
});

afterEach(async () => {
  await listener.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const hasIpv6 = addresses.some(({ address }) => address === '::1');

describe('a server', () => {
  (hasIpv6 ? test : test.skip)('answers on ::1 as well', async () => {
    const response = await fetch(`http://[::1]:${listener.port}/`);

    expect(await response.text()).toBe('here');
  });

  (hasIpv6 ? test : test.skip)('does without ::1 where another has the port there', async () => {
    const other = createNetServer().listen({ port: 0, host: '::1', ipv6Only: true });
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const second = await listenOnLoopback(
      createServer((_request, response) => void response.end('second')),
      port,
    );

    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('second');
    await second.close();
    other.close();
  });

  test('is not there for other machines', async () => {
    const outer = addresses.filter(({ internal, family }) => !internal && family === 'IPv4');
    // All of 127.0.0.0/8 is this machine's on Linux.
    const hosts = [
      ...outer.map(({ address }) => address),
      ...(process.platform === 'linux' ? ['127.0.0.2'] : []),
    ];

    for (const host of hosts) await expect(fetch(`http://${host}:${listener.port}/`)).rejects.toThrow();
  });
});

describe('a connection is cut that', () => {
  test.each([
    ['says nothing', ''],
    ['never ends its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['never sends its body', 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nab'],
  ])('%s', async (_what, bytes) => {
    const socket = await connectTo(`http://127.0.0.1:${listener.port}`);
    socket.resume();
    socket.write(bytes.replace('HOST', `127.0.0.1:${listener.port}`));

    await expect(once(socket, 'close')).resolves.toBeDefined();
  });

  test('never takes its answer', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = await connectTo(`http://127.0.0.1:${listener.port}`);
    socket.write(`GET /long HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\n\r\n`);
    const [own] = await accepted;

    await expect(once(own, 'close')).resolves.toBeDefined();
    socket.destroy();
  });
});
