/** `steps` by the built binary: without a lab, without an AWS, and with them. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APIGatewayClient, CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';

let machine: Machine;
beforeAll(async () => void (machine = await newMachine()));
afterAll(() => machine.leave());

const outcomesIn = (document: ReturnType<typeof documentOf>): Record<string, string | null> =>
  Object.fromEntries(
    (document['steps'] as { id: string; outcome: string | null }[]).map(({ id, outcome }) => [id, outcome]),
  );

describe('before there is a lab', () => {
  test('steps lists the tutorial, starts no AWS, and says why it shows no states', async () => {
    const { code, stdout, stderr } = await machine.run('steps');
    const local = documentOf(await machine.run('local status --json'))['local'];

    expect(outcomesIn(documentOf(await machine.run('steps --json')))).toMatchObject({ role: null });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(12);
    expect(stdout).toContain(' 3  table       Create the DynamoDB table');
    expect(stderr).toContain('The local AWS is not running');
    expect(local).toMatchObject({ running: false });
  });

  test('a step is told by its number as by its id, in words and as JSON', async () => {
    const [byNumber, byId, json] = await Promise.all([
      machine.run('steps 3'),
      machine.run('steps table'),
      machine.run('steps 3 --json'),
    ]);

    expect(byNumber).toEqual(byId);
    expect(byNumber.stdout).toContain('aws dynamodb create-table');
    expect(documentOf(json)).toMatchObject({ ok: true, lesson: { number: 3, id: 'table' } });
  });

  test('the policy alone is on standard output, for the names of the lab', async () => {
    const { stdout, stderr } = await machine.run('steps --policy --lab ana --region eu-west-1');

    const policy = JSON.parse(stdout) as { Statement: { Sid: string; Resource: string }[] };
    expect(policy.Statement.find(({ Sid }) => Sid === 'Table')?.Resource).toBe(
      'arn:aws:dynamodb:eu-west-1:*:table/lambda-apigateway-ana',
    );
    expect(stderr).toContain('do anything in the account');
  });

  test('of the function’s code that does not fit on the disk nothing is left', async () => {
    const full = await machine.run('steps function --zip', { largestFile: 512 });

    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('with room on its disk')]);
    await expect(readFile(join(dirname(machine.home), 'function.zip'))).rejects.toThrow('ENOENT');
  });

  test('the function’s code is written once, and never over another file', async () => {
    const written = await machine.run('steps function --zip');
    const again = await machine.run('steps function --zip');
    const file = join(dirname(machine.home), 'function.zip');
    const zip = await readFile(file);

    await writeFile(file, 'somebody else’s');
    const refused = await machine.run('steps function --zip');

    expect([written.code, again.code, refused.code]).toEqual([0, 0, 1]);
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(await readFile(file, 'utf8')).toBe('somebody else’s');
  });

  test.each([
    ['steps 0', 'There is no step 0.'],
    ['steps 13', 'There is no step 13.'],
    ['steps nothing', 'There is no step nothing.'],
    ['steps 3 --policy', '--policy is for the whole lab.'],
    ['steps 3 --zip', '--zip goes with the step function, whose code it writes.'],
    ['up --step', '--step explains and waits for Enter: it needs a terminal, without --quiet and --json.'],
    ['up --until 12', 'Step 12 makes nothing: it takes the lab down.'],
  ])('%s is a usage error with a hint', async (args, message) => {
    const { code, stderr } = await machine.run(args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Next:');
  });
});

describe('with a part of the lab', () => {
  beforeAll(() => machine.run('up --until function'));

  test('steps shows how each stands', async () => {
    const document = documentOf(await machine.run('steps --json'));

    expect(outcomesIn(document)).toMatchObject({
      role: 'in-order',
      function: 'in-order',
      table: 'missing',
      teardown: null,
    });
  });

  test('test-echo works, as in the tutorial after its step 2', async () => {
    expect((await machine.run('test-echo')).code).toBe(0);
  });

  test('up --only names what is missing', async () => {
    const { code, stderr } = await machine.run('up --only usage-plan');

    expect(code).toBe(1);
    expect(stderr).toContain('It needs api, resource, method, deployment and key, which are not there.');
  });
});

test('of a lab by hand steps leads on to what does not refuse it', async () => {
  const { environment } = documentOf(await machine.run('env --json')) as {
    environment?: Record<string, string>;
  };
  const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = environment ?? {};
  const client = new APIGatewayClient({
    endpoint: AWS_ENDPOINT_URL,
    region: 'us-east-1',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  });
  await client.send(new CreateApiKeyCommand({ name: 'Lambda-key-hand', enabled: true }));
  client.destroy();

  const { stdout, stderr } = await machine.run('steps --lab hand');

  expect(stdout).toMatch(/ 9 {2}key .*by hand/);
  expect(stderr).toContain('go through them with `lab-setup up --step --adopt --lab hand`.');
});
