/** `--target aws --endpoint-url`: the same commands on a server that is not ours to start. Here another home's local AWS. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LambdaClient, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { serve } from '../_helpers/scripted-server.js';

const ROLE = 'role_arn = arn:aws:iam::111122223333:role/dev';

/** What gives a container or a machine its credentials. */
const serveCredentials = (keys: object): ReturnType<typeof serve> =>
  serve(() => ({ status: 200, body: { ...keys, Token: '', Expiration: '2099-01-01T00:00:00Z' } }));

let server: Machine;
let machine: Machine;
let env: Record<string, string>;
let flags: string;

beforeAll(async () => {
  server = await newMachine();
  machine = await newMachine();
  const { environment } = documentOf(await server.run('env --json')) as {
    environment?: Record<string, string>;
  };
  const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = environment ?? {};
  env = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  flags = `--target aws --region us-east-1 --endpoint-url ${AWS_ENDPOINT_URL}`;
});
afterAll(async () => {
  await machine.leave();
  await server.leave();
});

describe('a lab on a server behind --endpoint-url', () => {
  test.each([
    ['status', 'lab-setup up'],
    ['invoke ping', 'lab-setup up'],
    ['up --only teardown', 'lab-setup down'],
    ['steps', 'lab-setup up --step'],
    ['steps table', 'lab-setup env'],
  ])('is named by what %s suggests while no record says where it is: %s', async (command, suggested) => {
    const { stdout, stderr } = await machine.run(`${command} ${flags}`, { env });

    expect(stdout + stderr).toContain(`${suggested} ${flags}`);
  });

  test('comes up, with the key verified, and its header names the server', async () => {
    const { code, stderr } = await machine.run(`up ${flags}`, { env });

    expect(stderr).toMatch(
      /^lab-setup up: http:\/\/127\.0\.0\.1:\d+, account 000000000000, region us-east-1\n/,
    );
    expect(stderr).toContain('The endpoint answers a ping with the key, and refuses one without');
    expect(code).toBe(0);
  });

  test('is named no more where the record says it, whether it was typed or not', async () => {
    const { stderr } = await machine.run(`down ${flags}`, { env });

    expect(stderr).toContain('`lab-setup down --yes`');
  });

  test('is remembered: later commands need no flags', async () => {
    const { code, stdout } = await machine.run('invoke ping', { env });

    expect([code, stdout]).toEqual([0, '"pong"\n']);
  });

  test('is the lab: one of the same name elsewhere is refused, and both places are named', async () => {
    const { code, stderr } = await machine.run('up --target local');

    expect(stderr).toMatch(/is up on http:\/\/127\.0\.0\.1:\d+, .* this would be on the local AWS/);
    expect(stderr).toContain('`lab-setup down --target aws`');
    expect(code).toBe(1);
  });

  test('is not taken down without a yes where nobody can be asked', async () => {
    const { code, stderr } = await machine.run('down', { env });

    expect([code, stderr]).toEqual([2, expect.stringContaining('lab-setup down --yes')]);
  });

  test('takes nothing over without a yes where nobody can be asked; with it keeps a copy of the code', async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
    const client = new LambdaClient({
      endpoint: /http\S+/.exec(flags)?.[0] ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
    });
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:LambdaFunctionOverHttps';
    await client.send(new UntagResourceCommand({ Resource, TagKeys: ['lab-setup:lab'] }));
    client.destroy();

    const unasked = await machine.run('up --adopt', { env });
    const { code, stderr } = await machine.run('up --adopt --yes', { env });
    const copy = /kept in (\S+\.zip)/.exec(stderr)?.[1] ?? '';

    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('up --adopt --yes')]);
    expect([code, (await readFile(copy)).subarray(0, 2).toString()]).toEqual([0, 'PK']);
    expect((await stat(copy)).mode & 0o777).toBe(0o600);
  });

  test('goes down with --yes, and is forgotten', async () => {
    const down = await machine.run('down --yes --json', { env });
    const status = await machine.run('status --json');

    expect([down.code, documentOf(down).target, documentOf(status).target]).toEqual([0, 'aws', 'local']);
  });

  test('is named again by what is suggested once it is forgotten', async () => {
    const { stdout } = await machine.run(`status ${flags}`, { env });

    expect(stdout).toContain(`There is no lab here yet. Build it with \`lab-setup up ${flags}\`.`);
  });

  test('is not touched by credentials that the server does not know', async () => {
    const wrong = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'x' };

    const { code, stderr } = await machine.run(`up ${flags}`, { env: wrong });

    expect([code, stderr]).toEqual([4, expect.stringContaining('credentials')]);
  });

  test.each([
    ['goes by the keys of the environment before AWS_PROFILE, as in the aws CLI', 0, ''],
    ['goes by a profile that is named before the keys of the environment', 4, '--profile other'],
  ])('%s', async (_, expected, named) => {
    const config = join(machine.home, 'config');
    await writeFile(config, '[profile other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n');
    const both = { ...env, AWS_PROFILE: 'other', AWS_CONFIG_FILE: config };

    const { code } = await machine.run(`up --dry-run ${flags} ${named}`, { env: both });

    expect(code).toBe(expected);
  });

  test.each([
    ['its credential_process fails', 'credential_process = cat no-such-file', 'no-such-file'],
    ['its source profile does not exist', `${ROLE}\nsource_profile = nowhere`, '[nowhere]'],
    [
      'the token of its web identity is not there',
      `${ROLE}\nweb_identity_token_file = no-such-file`,
      'check web_identity_token_file of the profile named,',
    ],
  ])('does not take the machine’s credentials for those of a profile: %s', async (_, line, cause) => {
    await using container = await serveCredentials({ AccessKeyId: 'AKIACONTAINER', SecretAccessKey: 'x' });
    const config = join(machine.home, 'config');
    await writeFile(config, `[profile named]\n${line}\n`);
    const settings = { AWS_CONFIG_FILE: config, AWS_CONTAINER_CREDENTIALS_FULL_URI: container.endpoint };

    const byFlag = await machine.run(`up --dry-run ${flags} --profile named`, { env: settings });
    const byVariable = await machine.run(`up --dry-run ${flags}`, {
      env: { ...settings, AWS_PROFILE: 'named' },
    });

    expect([byFlag.code, byVariable.code]).toEqual([4, 4]);
    expect(byFlag.stderr).toContain(cause);
    expect(byVariable.stderr).toBe(byFlag.stderr);
  });

  test('does not take the machine’s credentials for those of the profile default either', async () => {
    const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey } = env;
    await using container = await serveCredentials({ AccessKeyId, SecretAccessKey });
    const config = join(machine.home, 'config');
    await writeFile(config, '[default]\ncredential_process = cat no-such-file\n');
    const settings = { AWS_CONFIG_FILE: config, AWS_CONTAINER_CREDENTIALS_FULL_URI: container.endpoint };

    const { code, stderr } = await machine.run(`up --dry-run ${flags}`, { env: settings });

    expect([code, stderr]).toEqual([4, expect.stringContaining('no-such-file')]);
  });

  test('takes the machine’s credentials where a profile says only a region, as the aws CLI does', async () => {
    const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey } = env;
    await using container = await serveCredentials({ AccessKeyId, SecretAccessKey });
    const config = join(machine.home, 'config');
    await writeFile(config, '[profile named]\nregion = us-east-1\n');
    const settings = { AWS_CONFIG_FILE: config, AWS_CONTAINER_CREDENTIALS_FULL_URI: container.endpoint };

    const { code } = await machine.run(`up --dry-run ${flags} --profile named`, { env: settings });

    expect(code).toBe(0);
  });

  test('asks the process that gives a profile its credentials once, as that may ask its user', async () => {
    const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey } = env;
    const answer = { Version: 1, AccessKeyId, SecretAccessKey, Expiration: '2099-01-01T00:00:00Z' };
    const asked = join(machine.home, 'asked');
    const script = join(machine.home, 'give-credentials.sh');
    await writeFile(script, `echo asked >> '${asked}'\necho '${JSON.stringify(answer)}'\n`);
    const config = join(machine.home, 'config');
    await writeFile(config, `[profile named]\ncredential_process = sh "${script}"\n`);

    const { code } = await machine.run(`up --dry-run ${flags} --profile named`, {
      env: { AWS_CONFIG_FILE: config },
    });

    expect([code, await readFile(asked, 'utf8')]).toEqual([0, 'asked\n']);
  });

  test('is not blamed where the role of a profile cannot be assumed, which is asked of AWS itself', async () => {
    const config = join(machine.home, 'config');
    const keys = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x';
    await writeFile(config, `[profile named]\n${ROLE}\nsource_profile = keys\n[profile keys]\n${keys}\n`);
    const nobody = { AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' };

    const { code, stderr } = await machine.run(`status ${flags} --profile named`, { env: nobody });

    expect(stderr).toContain('Nothing answered sts:AssumeRole at AWS: connect ECONNREFUSED 127.0.0.1:1\n');
    expect([code, stderr]).toEqual([1, expect.not.stringContaining('--endpoint-url')]);
  });

  test.each([
    ['from the credentials file too', {}, 'region = us-east-1', 'us-east-1'],
    [
      'from the profile where AWS_REGION is set to nothing',
      { AWS_REGION: '' },
      'region = us-east-1',
      'us-east-1',
    ],
    ['from nowhere, and says so, where nothing sets one', { AWS_DEFAULT_REGION: '' }, '', undefined],
  ])('takes its region %s', async (_, more, line, expected) => {
    const file = join(machine.home, 'credentials');
    await writeFile(
      file,
      `[default]\naws_access_key_id = ${env['AWS_ACCESS_KEY_ID'] ?? ''}\naws_secret_access_key = ${env['AWS_SECRET_ACCESS_KEY'] ?? ''}\n${line}\n`,
    );

    const run = await machine.run(`up --dry-run --json ${flags.replace(/ --region \S+/, '')}`, {
      env: { AWS_SHARED_CREDENTIALS_FILE: file, ...more },
    });

    expect(documentOf(run)).toMatchObject(
      expected === undefined
        ? { error: { message: 'No region is set for --target aws.' } }
        : { region: expected },
    );
  });
});
