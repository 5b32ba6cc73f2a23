import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test says what no HTTP client would. */
export async function connectTo(endpoint: string): Promise<Socket> {
  const { hostname, port } = new URL(endpoint);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: false });
  // A server may well hang up on what is said here.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes, ends its side, and returns all that the server answers until it hangs up. */
export async function sendRaw(endpoint: string, bytes: string | Buffer): Promise<string> {
  const socket = await connectTo(endpoint);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(socket, 'close');
  socket.end(bytes);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

/** The status of each answer in what a server sent; no body of ours has a status line in it. */
export const statusesOf = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
