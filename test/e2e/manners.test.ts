/** How the binary behaves: one JSON document, results and progress apart, exit codes, errors that say what to do. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, post, type Machine, type Run } from '../_helpers/cli.js';

let machine: Machine;
let invokeUrl = '';
let apiKey = '';

beforeAll(async () => {
  machine = await newMachine();
  const up = documentOf(await machine.run('up --json --show-key'));
  invokeUrl = String(up['invokeUrl']);
  apiKey = String(up['apiKey']);
});
afterAll(() => machine.leave());

describe('with --json', () => {
  test.each([
    ['up', 0],
    ['status', 0],
    ['test-echo', 0],
    ['invoke ping', 0],
    ['items', 0],
    ['logs', 0],
    ['curl', 0],
    ['logs --follow', 2],
    ['env', 0],
    ['doctor', 0],
    ['local status', 0],
    ['invoke read --table no-such-table', 1],
    ['invoke frobnicate', 2],
    ['up --no-such-flag', 2],
  ])('%s prints exactly one document, and nothing on stderr', async (command, code) => {
    const run = await machine.run(`${command} --json`);

    expect([documentOf(run).ok, run.code]).toEqual([code === 0, code]);
  });

  test('a server that nothing reaches is told of in the document alone, however many calls wait for it', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const flags = '--lab afar --target aws --endpoint-url http://127.0.0.1:1 --region us-east-1';

    const run = await machine.run(`up --json ${flags}`, { env });

    expect(documentOf(run)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  });

  test('the key is in the document only when it was asked for', async () => {
    expect((await machine.run('up --json')).stdout).not.toContain(apiKey);
  });

  test('curl keeps the key out of its line', async () => {
    const { stdout, stderr } = await machine.run('curl create');

    expect(stdout).toContain('$LAB_API_KEY');
    expect(stdout + stderr).not.toContain(apiKey);
  });

  test('curl says how the key is set, unless it is', async () => {
    const without = await machine.run('curl');
    const set = await machine.run('curl', { env: { LAB_API_KEY: 'set' } });

    expect(without.stderr).toContain('`eval "$(lab-setup env --show-key)"`');
    expect(set.stderr).not.toContain('LAB_API_KEY');
    expect(set.stdout).toBe(without.stdout);
  });

  test('the document says where the lab is', async () => {
    expect(documentOf(await machine.run('status --json'))).toMatchObject({
      command: 'status',
      target: 'local',
      account: '000000000000',
      region: 'us-east-1',
      lab: 'default',
    });
  });
});

describe('on the screen', () => {
  test('--quiet leaves the result alone', async () => {
    const { stdout, stderr } = await machine.run('invoke ping --quiet');

    expect([stdout, stderr]).toEqual(['"pong"\n', '']);
  });

  test('--verbose tells every AWS call with its time, and no values', async () => {
    const { stderr } = await machine.run('invoke ping --verbose');

    expect(stderr).toMatch(/apigateway:GetRestApis ok \d+ ms [0-9a-f-]{36}/);
    expect(stderr).not.toContain(apiKey);
  });

  test('where nobody tells whose account it is, that call alone is waited for: no header line stands above the others', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const flags = '--lab afar --target aws --endpoint-url http://127.0.0.1:1 --region us-east-1';

    const { stderr } = await machine.run(`status ${flags}`, { env });

    expect(stderr).toMatch(
      /^ {3}nothing answers; trying again in a moment\nError: Nothing answered sts:GetCallerIdentity /,
    );
  });

  test.each([
    ['-qy', /^$/],
    ['-vy', /^lab-setup down: .*\n {2}\w+:\w+ /],
  ])('short flags may be written together: %s', async (flags, says) => {
    const { stderr } = await machine.run(`down ${flags} --lab nowhere`);

    expect(stderr).toMatch(says);
  });

  test('--verbose names what a call failed with', async () => {
    const { stderr } = await machine.run('status --verbose --lab nowhere');

    expect(stderr).toMatch(/iam:GetRole NoSuchEntityException \d+ ms [0-9a-f-]{36}/);
  });

  test('there are no colours and no cursor movements in a pipe', async () => {
    const { stdout, stderr } = await machine.run('status');

    expect(stdout + stderr).not.toContain('\u001b');
  });

  test('--dry-run says what would be done', async () => {
    const { code, stdout } = await machine.run('up --dry-run --lab planned');

    expect(code).toBe(0);
    expect(stdout.match(/would be created/g)).toHaveLength(10);
    expect(stdout).toMatch(/^11 {2}redeploy .* would be left as it is {2}\(Prod is current by then\)$/m);
    expect(stdout).toMatch(
      /\n\nNothing was done\. To have it done, type the same command without --dry-run\.\n$/,
    );
  });

  test('what is set for the real AWS does not reach the local one', async () => {
    // The SDK refuses the first with any endpoint that is given.
    const env = { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_RETRY_MODE: 'none' };

    expect((await machine.run('status', { env })).code).toBe(0);
  });

  test('a second lab stands beside the first', async () => {
    await machine.run('up --lab ana --quiet');

    const { stdout } = await machine.run('invoke ping --lab ana --quiet');
    const down = await machine.run('down --lab ana');

    expect([stdout, down.code]).toEqual(['"pong"\n', 0]);
    expect((await machine.run('status')).code).toBe(0);
  });

  test.each([
    ['up --lab ana --only teardown', '`lab-setup down --lab ana`'],
    ['doctor --lab ana --profile none', '`lab-setup doctor --lab ana`'],
    ['steps table --lab ana', '`lab-setup items --lab ana`'],
    ['steps table --lab ana --json', '`lab-setup items --lab ana`'],
    ['doctor --lab ana --json', '`lab-setup up --lab ana`'],
    ['doctor --lab ana --json --target aws', '`lab-setup up --lab ana --target aws`'],
    ['steps --lab ana --json --zip', '`lab-setup steps function --zip --lab ana`'],
    ['items --lab ana', '`lab-setup status --lab ana`'],
    ['invoke ping --lab ana --json', '`lab-setup up --lab ana`'],
    ['up --lab ana --only method', '`lab-setup up --until method --lab ana`'],
    ['status --lab ana', '`lab-setup up --lab ana`'],
  ])('what %s tells to type is for that lab: %s', async (command, told) => {
    const { stdout, stderr } = await machine.run(command);

    expect(stdout + stderr).toContain(told);
  });

  test('a usage error names the lab that was meant', async () => {
    expect(documentOf(await machine.run('status --lab ana --json --frobnicate'))['lab']).toBe('ana');
  });

  test('a usage error is that of the command that was typed first', async () => {
    const run = await machine.run('local up --json');

    expect(documentOf(run)).toMatchObject({
      command: 'local',
      error: { hint: 'See what local takes: `lab-setup local --help`' },
    });
  });

  test.each([
    ['help', /^Usage: lab-setup \[options\] \[command\]/],
    ['help up', /^Usage: lab-setup up /],
    ['help help', /^Usage: lab-setup help /],
  ])('%s shows a help', async (command, said) => {
    const run = await machine.run(command);

    expect(run).toEqual({ code: 0, stdout: expect.stringMatching(said), stderr: '' });
  });
});

/** What every error must do: name the cause, say what to do next, print no stack. */
function expectError({ code, stdout, stderr }: Run, expected: { code: number; says: RegExp }): void {
  expect(stderr).toMatch(expected.says);
  expect(stderr).toMatch(/^Next: /m);
  expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(code).toBe(expected.code);
}

describe('without a command', () => {
  test('the help is shown on stderr, and nothing else', async () => {
    const { code, stdout, stderr } = await machine.run('');

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Usage: lab-setup/);
    expect(stderr).not.toMatch(/^(Error|Next)/m);
  });

  test('--json has an error', async () => {
    const run = await machine.run('--json');

    expect([run.code, documentOf(run)['error']]).toEqual([
      2,
      expect.objectContaining({ code: 'usage', message: 'No command was given.' }),
    ]);
  });
});

test.each([
  ['statsu', 'status'],
  ['help statsu', 'status'],
  ['up --shw-key', '--show-key'],
  ['up --target lcal', 'local'],
  ['up --only rol', 'role'],
  ['steps usageplan', 'usage-plan'],
  ['invoke creat', 'create'],
  ['curl --shell fihs', 'fish'],
  ['local strt', 'start'],
])('a mistyped word gets the one that may have been meant: %s: %s', async (command, meant) => {
  expectError(await machine.run(command), {
    code: 2,
    says: new RegExp(`^\\(Did you mean ${meant}\\?\\)$`, 'm'),
  });
});

describe('bad input gets a clear answer', () => {
  test.each([
    ['frobnicate', 2, /unknown command 'frobnicate'/],
    ['up --frobnicate', 2, /unknown option '--frobnicate'/],
    ['up --target moon', 2, /'moon' is invalid\. Allowed choices are local, aws/],
    ['up --policy wide', 2, /'wide' is invalid\. Allowed choices are least, tutorial/],
    ['up --region here', 2, /--region here: not a region/],
    ['up --lab ../up', 2, /--lab \.\.\/up: use 1 to 30/],
    ['invoke frobnicate', 2, /Allowed choices are create, read, update, delete, list, echo, ping/],
    ['invoke constructor', 2, /Allowed choices are/],
    [`invoke echo --payload '{"a":'`, 2, /--payload is not JSON/],
    ['invoke echo --payload @no-such-file', 2, /--payload @no-such-file cannot be read/],
    ['invoke update --set number', 2, /--set number is not an assignment/],
    ['invoke update --set number=1e400', 2, /--set holds a number that is too large/],
    [`invoke echo --payload '{"a":[-1e400]}'`, 2, /--payload holds a number that is too large/],
    ['invoke list --id 3', 2, /list has no use for --id: it goes with create, read, update, delete/],
    ['invoke read --set a=1', 2, /read has no use for --set: it goes with create, update/],
    ['curl ping --table other', 2, /ping has no use for --table/],
    ['invoke create --id x --set id=y', 2, /--set writes the attributes beside the id/],
    [`invoke read --id 1 --payload '{}'`, 2, /--id and --set do not go with it/],
    [
      `invoke create --payload '{"operation":"create","tableName":"t","payload":{"Item":{"id":"1"}}}'`,
      2,
      /--payload is only what stands under "payload".*Leave the rest away/s,
    ],
    ['logs --since 10', 2, /--since 10 is not a time/],
    ['status --watch', 2, /--watch needs a terminal/],
    ['status --watch --show-key', 2, /--watch shows no key.*Look once: `lab-setup status --show-key`/s],
    ['local start --port many', 2, /--port many is not a port/],
    ['local stop --yes', 2, /--yes goes with reset alone/],
    ['local reset --port 1', 2, /--port goes with start alone/],
    ['up --endpoint-url http://127.0.0.1:1', 2, /--endpoint-url goes with --target aws/],
    ['up --target aws', 2, /No region is set/],
    ['up --target aws --region us-east-1', 4, /credentials/],
    ['up --region eu-west-1', 1, /The local AWS is in us-east-1/],
    [`invoke list --payload '{"TableName":"other"}'`, 1, /HTTP 400/],
    [`invoke create --payload '"text"'`, 1, /HTTP 400/],
    ['invoke list --table no-such-table', 1, /HTTP 500/],
    ['items --lab nobody', 1, /There is no table lambda-apigateway-nobody/],
    ['test-echo --lab nobody', 1, /There is no function LambdaFunctionOverHttps-nobody/],
    ['invoke ping --lab nobody', 1, /There is no lab nobody/],
  ])('%s', async (command, code, says) => {
    expectError(await machine.run(command), { code, says });
  });

  test('an endpoint that nothing answers at', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };

    const run = await machine.run(
      'up --lab far --target aws --region us-east-1 --endpoint-url http://127.0.0.1:1',
      { env },
    );

    expectError(run, { code: 1, says: /Nothing answered sts:GetCallerIdentity at http:\/\/127\.0\.0\.1:1/ });
    // Of the dozen calls of a look.
    expect(run.stderr.match(/nothing answers; trying again in a moment/g)).toHaveLength(1);
  });

  test('an endpoint in the environment that is not the target', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

    const run = await machine.run('status', { env });

    expectError(run, { code: 2, says: /AWS_ENDPOINT_URL points to http:\/\/127\.0\.0\.1:4566/ });
  });

  test('an endpoint in the profile that is not the target', async () => {
    const config = join(machine.home, 'aws-config');
    await writeFile(config, '[default]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:4566\n');

    const run = await machine.run('status --target aws', { env: { AWS_CONFIG_FILE: config } });

    expectError(run, { code: 2, says: /endpoint_url of the profile default points to/ });
  });

  test('a profile whose single sign-on has ended', async () => {
    const config = join(machine.home, 'sso-config');
    await writeFile(
      config,
      [
        '[profile work]',
        'region = us-east-1',
        'sso_region = us-east-1',
        'sso_start_url = https://example.awsapps.com/start',
        'sso_account_id = 111122223333',
        'sso_role_name = dev',
      ].join('\n'),
    );

    const run = await machine.run('up --target aws --profile work', { env: { AWS_CONFIG_FILE: config } });

    expectError(run, { code: 4, says: /There are no credentials for \S+: The SSO session/ });
    expect(run.stderr).toContain('Next: Sign in again with `aws sso login --profile work`.');
  });

  test('a profile that asks for an MFA code, whose source profile has no keys', async () => {
    const config = join(machine.home, 'mfa-config');
    const role = 'role_arn = arn:aws:iam::111122223333:role/dev';
    const serial = 'mfa_serial = arn:aws:iam::111122223333:mfa/ana';
    const source = 'source_profile = main\n[profile main]\nregion = us-east-1';
    await writeFile(config, ['[profile work]', role, serial, source].join('\n'));

    const run = await machine.run('up --target aws --region us-east-1 --profile work', {
      env: { AWS_CONFIG_FILE: config },
    });

    expectError(run, { code: 4, says: /requires multi-factor authentication/ });
    expect(run.stderr).not.toContain('[main]');
  });

  test('a home that cannot be written', async () => {
    const file = join(machine.home, 'a-file');
    await writeFile(file, '');

    const run = await machine.run('up', { env: { LAB_SETUP_HOME: join(file, 'home') } });

    expectError(run, { code: 1, says: /cannot be written/ });
  });

  test('a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const home = join(machine.home, 'elsewhere');

    const run = await machine.run(`local start --port ${port}`, { env: { LAB_SETUP_HOME: home } });
    other.close();

    expectError(run, { code: 1, says: new RegExp(`Port ${port} of 127.0.0.1`) });
  });
});

describe('bad requests to the endpoint', () => {
  const table = 'lambda-apigateway';

  test.each([
    ['{"operation":"frobnicate"}', 400, 'Unrecognized operation "frobnicate"'],
    ['{"operation":"constructor"}', 400, 'Unrecognized operation "constructor"'],
    ['{"operation":"__proto__"}', 400, 'Unrecognized operation "__proto__"'],
    ['{}', 400, 'Unrecognized operation "undefined"'],
    ['{"operation":"create","payload":{}}', 400, '"tableName"'],
    [`{"operation":"create","tableName":"${table}","payload":"text"}`, 400, '"payload"'],
    [`{"operation":"create","tableName":"${table}","payload":[]}`, 400, '"payload"'],
    [`{"operation":"list","tableName":"${table}","payload":{"TableName":"other"}}`, 400, 'another table'],
    [`{"operation":"create","tableName":"${table}","payload":{"Item":{}}}`, 400, 'Missing the key id'],
    ['{"operation":"list","tableName":"another-table"}', 500, 'not authorized'],
  ])('%s is answered %i, with a message and nothing of the code', async (body, status, says) => {
    const answer = await post(invokeUrl, body, { 'x-api-key': apiKey });

    expect([answer.status, Object.keys(JSON.parse(answer.body) as object)]).toEqual([status, ['message']]);
    expect(answer.body).toContain(says.replaceAll('"', '\\"'));
  });

  test('JSON that does not parse never reaches the function', async () => {
    const answer = await post(invokeUrl, '{"operation":', { 'x-api-key': apiKey });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test('a body of more than 10 MB is refused', async () => {
    const answer = await post(invokeUrl, Buffer.alloc(10 * 1024 * 1024 + 1, ' '), { 'x-api-key': apiKey });

    expect(answer.status).toBe(413);
  });

  test('and after all that the lab still answers', async () => {
    expect(await post(invokeUrl, '{"operation":"ping"}', { 'x-api-key': apiKey })).toEqual({
      status: 200,
      body: '"pong"',
    });
  });
});

describe('Ctrl-C', () => {
  test('leaves at once, even while a server hangs', async () => {
    const sockets: { destroy(): void }[] = [];
    const hanging = createServer((request) => void sockets.push(request.socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => hanging.once('listening', resolve));
    const asked = new Promise((resolve) => hanging.once('request', resolve));
    const { port } = hanging.address() as AddressInfo;
    const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };

    const run = await machine.run(
      `up --lab hung --target aws --region us-east-1 --endpoint-url http://127.0.0.1:${port}`,
      { env, interruptWhen: asked },
    );
    for (const socket of sockets) socket.destroy();
    hanging.close();

    expect([run.code, run.stderr]).toEqual([130, expect.stringContaining('Interrupted')]);
  });

  test('in the middle of up says what stands, and up again completes', async () => {
    const run = await machine.run('up --lab cut --verbose', { interruptAfter: 'iam:CreateRole' });
    const again = await machine.run('up --lab cut');
    const down = await machine.run('down --lab cut');

    expect([run.code, run.stderr]).toEqual([130, expect.stringMatching(/Interrupted\. What stands: /)]);
    expect([again.code, down.code]).toEqual([0, 0]);
  });

  test.each([
    ['doctor', 'iam:GetRole'],
    ['steps', 'lab-setup steps:'],
  ])('ends %s, which says nothing of what it could not look at any more', async (command, said) => {
    const run = await machine.run(`${command} --verbose`, { interruptAfter: said });

    expect([run.code, run.stderr]).toEqual([130, expect.stringContaining('Error: Interrupted.')]);
    expect(run.stdout).not.toMatch(/failed|skipped/);
  });
});
