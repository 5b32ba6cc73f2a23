import type { Server } from 'node:http';
import { createServer, type Server as NetServer } from 'node:net';
import { portOf } from './server.js';

/** The port cannot be had: another program listens there, or it is one of the system's. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** How long requests under way are given for their answers when the server closes. */
const GRACE_MS = 1_000;

/** A server that can be reached. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1, and at the same port on ::1, for which `localhost` and the names below it stand on many machines.
 * Where there is no ::1, or another program has that port there, 127.0.0.1 is enough: it is what endpoints name.
 * @throws PortTakenError
 */
export async function listenOnLoopback(server: Server, port: number): Promise<Listener> {
  await listen(server, { port, host: '127.0.0.1' });
  const address = { port: portOf(server), host: '::1', ipv6Only: true };
  const second = secondDoor(server);
  const isOpen = await listen(second, address).then(
    () => true,
    () => false,
  );
  return {
    port: address.port,
    close: () => {
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      const closed = [closing(server), ...(isOpen ? [closing(second)] : [])];
      // A closed server no longer ends connections that are idle or never finish a request: they are cut here.
      server.closeIdleConnections();
      return Promise.all(closed).then(() => clearTimeout(timer));
    },
  };
}

/** Hands its connections to the one server, which thereby knows and bounds them all. */
function secondDoor(server: Server): NetServer {
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    server.emit('connection', socket);
  });
  door.maxConnections = server.maxConnections;
  return door;
}

function listen(
  server: Server | NetServer,
  address: { port: number; host: string; ipv6Only?: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(new PortTakenError(cause.message, { cause }));
    server.once('error', refuse);
    server.listen(address, () => {
      server.off('error', refuse);
      // A connection that cannot be accepted is that caller's loss and not the server's end.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

const closing = (server: Server | NetServer): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
