import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** A request that is sent again and again. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Served {
  readonly perSecond: number;
  /** In milliseconds: what one of a hundred requests took longer than. */
  readonly p99: number;
}

/** Sends POST requests for so long, one after another on each of so many connections. @throws for any answer but 200 */
export async function load(target: Target, connections: number, milliseconds: number): Promise<Served> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const start = performance.now();
  const until = start + milliseconds;
  const client = async (): Promise<void> => {
    for (let now = start; now < until;) {
      await send(target, agent);
      const then = now;
      now = performance.now();
      times.push(now - then);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] ?? NaN };
}

function send({ port, path, headers, body }: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = {
      host: '127.0.0.1',
      port,
      path,
      agent,
      method: 'POST',
      headers: { ...length, ...headers },
    };
    request(options, (answer) => {
      const { statusCode = 0 } = answer;
      answer.resume().on('error', reject);
      answer.on('end', () => {
        if (statusCode === 200) resolve();
        else reject(new Error(`${path} answered ${statusCode}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}
