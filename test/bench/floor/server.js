/**
 * A bare HTTP server that hands each request to a warm process and back: `node server.js KIND FOLDER [HANDLER]`. Tells
 * its port over IPC, and ends with whoever started it.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFrames, writeFrame } from './frames.js';
import { bodyOf, reply } from './http.js';

const [kind, folder, ...handler] = process.argv.slice(2);
const script = fileURLToPath(new URL('./child.js', import.meta.url));

/** Who waits for which answer. */
const waiting = new Map();
let last = 0;
const answered = (id, body) => {
  waiting.get(id)(body);
  waiting.delete(id);
};
const ask = (send) =>
  new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    send(last);
  });
const start = (at) => fork(script, [kind, at, ...handler]);

const backends = {
  stdio: () => {
    const child = spawn(process.execPath, [script, kind, '', ...handler], {
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    });
    readFrames(child.stdout, answered);
    return (body) => ask((id) => writeFrame(child.stdin, id, body));
  },
  ipc: () => {
    const child = start('');
    child.on('message', ({ id, text }) => answered(id, text));
    return (body) => ask((id) => child.send({ id, text: body.toString() }));
  },
  unix: () => {
    const socketPath = join(folder, `${process.pid}.sock`);
    start(socketPath);
    const agent = new Agent({ keepAlive: true });
    return (body) =>
      new Promise((resolve, reject) => {
        request({ socketPath, agent, method: 'POST' }, (incoming) => resolve(bodyOf(incoming)))
          .on('error', reject)
          .end(body);
      });
  },
  poll: async () => {
    const idle = [];
    const queue = [];
    const match = () => {
      while (idle.length > 0 && queue.length > 0) {
        const outgoing = idle.shift();
        const { id, body } = queue.shift();
        outgoing.writeHead(200, { 'x-id': id, 'content-length': body.length }).end(body);
      }
    };
    const server = createServer(async (incoming, outgoing) => {
      if (incoming.url === '/next') {
        idle.push(outgoing);
        match();
        return;
      }
      const body = await bodyOf(incoming);
      reply(outgoing, '');
      answered(Number(incoming.url.slice('/answer/'.length)), body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    start(String(server.address().port));
    return (body) =>
      ask((id) => {
        queue.push({ id, body });
        match();
      });
  },
};

const backend = await backends[kind]();
const server = createServer(async (incoming, outgoing) => {
  try {
    reply(outgoing, (await backend(await bodyOf(incoming))).toString());
  } catch {
    outgoing.destroy();
  }
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
