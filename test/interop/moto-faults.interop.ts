/** A proxy in front of another AWS emulator loses the answer of each call that changes something, by each way in turn. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GetApiKeysCommand, GetRestApisCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { explain } from '../../src/aws/origin.js';
import { quickClock } from '../_helpers/chaos.js';
import { allSteps, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import type { TestAws } from '../_helpers/local-aws.js';
import { requireProgram } from '../_helpers/program.js';

let moto: ChildProcess | undefined;
let proxy: Server;
let motoPort = 0;
let aws: Pick<TestAws, 'endpoint' | 'account' | 'region' | 'clientConfig' | 'closings'>;
/** Which change of a run, from 0, loses its answer, and how. */
let loses: { nth: number; how: 'reset' | 'failure' } | undefined;
let changes = 0;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A read by AWS's own words: a verb of HTTP, an operation's name, or IAM's Action. */
function isRead(method: string, target: string, body: string): boolean {
  if (target !== '') return /\.(Get|List|Describe)/.test(target);
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  return action === undefined ? method === 'GET' : /^(Get|List)/.test(action);
}

beforeAll(async () => {
  await requireProgram('moto_server');
  motoPort = await freePort();
  moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(motoPort)], { stdio: 'ignore' });
  const isUp = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${motoPort}/moto-api/`).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 100 && !(await isUp()); tries += 1) await sleep(200);
  proxy = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method = 'GET', url = '/', headers } = incoming;
      const target = String(headers['x-amz-target'] ?? '');
      const loss =
        !isRead(method, target, body.toString('latin1')) && changes++ === loses?.nth ? loses.how : undefined;
      const onward = request(
        { host: '127.0.0.1', port: motoPort, path: url, method, headers, agent: false },
        (answer) => {
          if (loss === undefined) {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
            return;
          }
          answer.resume();
          answer.on('end', () => {
            if (loss === 'reset') incoming.socket.destroy();
            else outgoing.writeHead(502).end();
          });
        },
      );
      onward.on('error', () => incoming.socket.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const region = 'us-east-1';
  aws = {
    endpoint,
    region,
    account: '123456789012',
    clientConfig: { endpoint, region, credentials, maxAttempts: 1 },
    closings: new Set(),
  };
}, 60_000);
afterAll(async () => {
  for (const close of aws.closings) close();
  proxy.closeAllConnections();
  proxy.close();
  moto?.kill();
  await Promise.resolve();
});

/** How many of each kind whose names are not unique bear this lab's tag. */
async function countsOf({ aws: { apiGateway }, lab }: TestLab): Promise<number[]> {
  const lists = await Promise.all([
    apiGateway.send(new GetRestApisCommand({ limit: 500 })),
    apiGateway.send(new GetApiKeysCommand({ limit: 500 })),
    apiGateway.send(new GetUsagePlansCommand({ limit: 500 })),
  ]);
  return lists.map(
    ({ items = [] }) => items.filter(({ tags }) => tags?.['lab-setup:lab'] === lab.name).length,
  );
}

/** The run, how many changes it asked for, and why it failed if it did. */
async function run(
  lab: TestLab,
  work: 'up' | 'down',
  loss?: typeof loses,
): Promise<{ asked: number; failure: string | undefined }> {
  changes = 0;
  loses = loss;
  const report = await lab[work]();
  loses = undefined;
  const failure = report.kind === 'failed' ? explain(report.error)?.message : undefined;
  return { asked: changes, failure };
}

test.each(['reset', 'failure'] as const)(
  'behind a proxy that loses any one answer (%s), up leaves one of each and down nothing',
  async (how) => {
    const open = (name: string): Promise<TestLab> => openLab(aws, name, {}, { clock: quickClock() });
    const well = await open(`well-${how}`);
    const { asked: inUp } = await run(well, 'up');
    const { asked: inDown } = await run(well, 'down');
    const flaws: object[] = [];

    for (let nth = 0; nth < Math.max(inUp, inDown); nth += 1) {
      const lab = await open(`lost-${how}-${nth}-x`);
      const rise = await run(lab, 'up', { nth, how });
      const [up, counts] = [outcomes(await lab.status()), await countsOf(lab)];
      const fall = await run(lab, 'down', { nth, how });
      const [down, left] = [outcomes(await lab.status()), await countsOf(lab)];
      const seen = { up, counts, down, left };
      const wanted = {
        up: allSteps('in-order'),
        counts: [1, 1, 1],
        down: allSteps('missing'),
        left: [0, 0, 0],
      };
      if (JSON.stringify(seen) !== JSON.stringify(wanted))
        flaws.push({ nth, failures: [rise.failure, fall.failure], ...seen });
    }

    expect(inUp).toBeGreaterThan(20);
    expect(flaws).toEqual([]);
  },
  300_000,
);
