/**
 * A warm process that answers events: `node child.js KIND [HANDLER]`. Without a handler it gives an event's payload back.
 * KIND is how requests come: `stdio`, `ipc`, or the port or path of an HTTP server to make or to ask.
 */
import { Buffer } from 'node:buffer';
import { Agent, createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { readFrames, writeFrame } from './frames.js';
import { bodyOf, reply } from './http.js';

const [kind, at, handlerFile] = process.argv.slice(2);
// The handler logs when it is loaded, and stdout belongs to the frames.
console.log = () => undefined;
const handler = handlerFile
  ? createRequire(import.meta.url)(handlerFile).handler
  : ({ payload }) => payload ?? null;
const answer = async (text) => JSON.stringify(await handler(JSON.parse(text)));

const serve = {
  stdio: () =>
    readFrames(process.stdin, (id, body) => {
      void answer(body.toString()).then((text) => writeFrame(process.stdout, id, Buffer.from(text)));
    }),
  ipc: () =>
    process.on('message', ({ id, text }) => void answer(text).then((text) => process.send({ id, text }))),
  unix: () =>
    createServer(async (incoming, outgoing) => {
      reply(outgoing, await answer((await bodyOf(incoming)).toString()));
    }).listen(at),
  poll: () => {
    const agent = new Agent({ keepAlive: true });
    const ask = (method, path, text, then) =>
      request({ port: at, agent, method, path }, then)
        .on('error', () => process.exit())
        .end(text);
    const next = () =>
      ask('GET', '/next', undefined, async (incoming) => {
        const text = await answer((await bodyOf(incoming)).toString());
        ask('POST', `/answer/${incoming.headers['x-id']}`, text, async (done) => {
          await bodyOf(done);
          next();
        });
      });
    // As many questions as there can be requests under way.
    for (let count = 0; count < 16; count += 1) next();
  },
};

serve[kind]();
process.on('disconnect', () => process.exit());
