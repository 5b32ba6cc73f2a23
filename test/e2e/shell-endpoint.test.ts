/** A shell that `env` pointed at the local AWS, when that has got another port: each command says how it is pointed back. */
import { createServer } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SHELLS, SYNTAX } from '../../src/cli/shell.js';
import { documentOf, newMachine, type Machine, type RunOptions } from '../_helpers/cli.js';

const CURE = 'Point this shell at the local AWS again: `eval "$(lab-setup env)"`. Or unset it, or say that';
const REMARK = 'Point it at the local AWS again: `eval "$(lab-setup env)"`';
const ELSEWHERE = 'http://10.1.2.3:4566';

let machine: Machine;
/** Where the local AWS is. */
let endpoint = '';
/** Where it was, as the shell has it. */
let gone = '';

beforeAll(async () => {
  machine = await newMachine();
  gone = await endpointAfter('local start');
  endpoint = await endpointAfter(`local start --port ${await freePort()}`);
});
afterAll(() => machine.leave());

const endpointAfter = async (command: string): Promise<string> =>
  (documentOf(await machine.run(`${command} --json`)) as unknown as { local: { endpoint: string } }).local
    .endpoint;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const pointedAt = (url: string): RunOptions => ({ env: { AWS_ENDPOINT_URL: url } });

describe('env', () => {
  test.each(SHELLS)('points a shell back that points to where the local AWS was: %s', async (shell) => {
    const { code, stdout } = await machine.run(`env --shell ${shell}`, pointedAt(gone));

    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain(SYNTAX[shell].set('AWS_ENDPOINT_URL', endpoint));
  });

  test.each([['an old port'], ['another machine']])('has it in its document too: %s', async (what) => {
    const url = what === 'an old port' ? gone : ELSEWHERE;

    const { environment } = documentOf(await machine.run('env --json', pointedAt(url)));

    expect(environment).toMatchObject({ AWS_ENDPOINT_URL: endpoint });
  });

  test.each([
    ['alone', {}],
    ['beside one that env sets', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
  ])('refuses the endpoint of one service, which its lines leave as it is: %s', async (_, more) => {
    const run = await machine.run('env', { env: { AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:9', ...more } });

    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('AWS_ENDPOINT_URL_IAM points to http://127.0.0.1:9');
    expect(run.stderr).toContain('Next: Unset it, or say that you mean that server: --target aws');
  });
});

describe('another command', () => {
  test('names the line that points the shell back before all else', async () => {
    const { code, stderr } = await machine.run('status', pointedAt(gone));

    expect(code).toBe(2);
    expect(stderr).toContain(`Error: AWS_ENDPOINT_URL points to ${gone}`);
    expect(stderr).toContain(`Next: ${CURE} you mean that server: --target aws --endpoint-url ${gone}\n`);
  });

  test('names it as npx runs it, and for the lab that was asked for', async () => {
    const env = { AWS_ENDPOINT_URL: gone.replace('127.0.0.1', 'localhost'), npm_command: 'exec' };

    const { stderr } = await machine.run('status --lab ana', { env });

    expect(stderr).toContain('`eval "$(npx lab-setup env --lab ana)"`');
  });

  test('names the target too where the lab is known to be in a real account', async () => {
    const labs = join(machine.home, 'labs');
    await mkdir(labs, { recursive: true });
    const record = { schemaVersion: 1, target: 'aws', account: '111122223333', region: 'us-east-1' };
    await writeFile(join(labs, 'real.json'), JSON.stringify(record));

    const { stderr } = await machine.run('status --lab real --target local', pointedAt(gone));

    expect(stderr).toContain('`eval "$(lab-setup env --target local --lab real)"`');
  });

  test('does not where the shell points to another machine', async () => {
    const { code, stderr } = await machine.run('status', pointedAt(ELSEWHERE));

    expect(code).toBe(2);
    expect(stderr).toContain(`Next: Unset it, or say that you mean that server: --target aws`);
  });

  test('has nothing against a shell that points to the local AWS, by whichever name', async () => {
    const named = endpoint.replace('127.0.0.1', 'localhost');

    expect((await machine.run('status', pointedAt(endpoint))).code).toBe(3);
    expect((await machine.run('status', pointedAt(named))).code).toBe(3);
  });

  test('has nothing against an endpoint that every AWS program ignores', async () => {
    const env = { AWS_ENDPOINT_URL: gone, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };

    expect((await machine.run('status', { env })).code).toBe(3);
    expect((await machine.run('local start', { env })).stderr).toBe('');
  });
});

const targetCheck = async (url: string): Promise<unknown> =>
  (documentOf(await machine.run('doctor --json', pointedAt(url)))['checks'] as { name: string }[]).find(
    ({ name }) => name === 'target',
  );

// In the order of a reader's day: runs, is stopped, is reset, runs again.
describe('a local AWS that', () => {
  test('runs: doctor gives the advice of the other commands', async () => {
    expect(await targetCheck(gone)).toMatchObject({ ok: false, fix: expect.stringContaining(CURE) });
  });

  test('got its port when it was started says that the shell points to another', async () => {
    const { code, stdout, stderr } = await machine.run(
      `local start --port ${new URL(endpoint).port}`,
      pointedAt(gone),
    );

    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
    expect(stderr).toBe(`AWS_ENDPOINT_URL of this shell still points to ${gone}. ${REMARK}\n`);
  });

  test.each([['nowhere'], ['here'], ['to another machine']])(
    'was started says nothing to a shell that points %s',
    async (where) => {
      const urls: Record<string, string> = { nowhere: '', here: endpoint, 'to another machine': ELSEWHERE };

      const { stderr } = await machine.run('local start', pointedAt(urls[where] ?? ''));

      expect(stderr).toBe('');
    },
  );

  test('is stopped: doctor knows where it will run again', async () => {
    await machine.run('local stop');

    expect(await targetCheck(endpoint)).toMatchObject({ ok: true });
    expect(await targetCheck(gone)).toMatchObject({ ok: false, fix: expect.stringContaining(CURE) });
  });

  test('is reset says nothing to a shell that pointed elsewhere already', async () => {
    const { stderr } = await machine.run('local reset', pointedAt(gone));

    expect(stderr).toBe('');
    endpoint = await endpointAfter('local start');
  });

  test('is reset says that the shell points to what is gone, and doctor how it is pointed back', async () => {
    const { code, stderr } = await machine.run('local reset', pointedAt(endpoint));

    expect(code).toBe(0);
    expect(stderr).toBe(`AWS_ENDPOINT_URL of this shell still points to ${endpoint}. ${REMARK}\n`);
    expect(await targetCheck(endpoint)).toMatchObject({ ok: false, fix: expect.stringContaining(CURE) });
    expect((await machine.run('env', pointedAt(endpoint))).code).toBe(0);
  });
});
