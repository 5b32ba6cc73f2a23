import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a scripted server answers, as JSON where the body is no Buffer; `'hang'` never answers, `'cut'` ends the connection. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body?: object | string; readonly headers?: Record<string, string> }
  | 'hang'
  | 'cut';

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: string;
}

/** An HTTP server that answers whatever comes with what `answer` says next to a request with these headers. */
export async function serve(
  answer: (headers: IncomingHttpHeaders) => ScriptedAnswer,
): Promise<ScriptedServer> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const what = answer(request.headers);
      if (what === 'hang') return;
      if (what === 'cut') {
        request.socket.destroy();
        return;
      }
      response.writeHead(what.status, { 'content-type': 'application/json', ...what.headers });
      const { body = {} } = what;
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
