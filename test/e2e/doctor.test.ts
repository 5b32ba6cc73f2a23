import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { openSession } from '../_helpers/session.js';

let machine: Machine;
let aws: TestAws;

beforeAll(async () => {
  [machine, aws] = await Promise.all([newMachine(), startTestAws()]);
});
afterAll(() => Promise.all([machine.leave(), aws.stop()]));

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
  readonly fix: string | null;
}

async function examined(
  flags: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; checks: readonly Check[]; failed: readonly Check[] }> {
  const run = await machine.run(`doctor ${flags} --json`, { env });
  const checks = documentOf(run)['checks'] as readonly Check[];
  return { code: run.code, checks, failed: checks.filter(({ ok }) => !ok) };
}

const elsewhere = (): string => `--target aws --region ${aws.region} --endpoint-url ${aws.endpoint}`;

test('on a new machine nothing is wrong, and nothing is started', async () => {
  const { code, failed, checks } = await examined('');
  const local = documentOf(await machine.run('local status --json'));

  expect([code, failed]).toEqual([0, []]);
  expect(checks.find(({ name }) => name === 'local-aws')?.says).toMatch(/^does not run/);
  expect(checks.find(({ name }) => name === 'record')?.says).toBe(
    'the lab has not been brought up from here yet; that is done with `lab-setup up`',
  );
  expect(local['local']).toMatchObject({ running: false });
});

test('the service that may not be read is named, with the permission to ask for', async () => {
  const session = await openSession(aws, 'reads-almost-all');
  const actions = ['iam:GetRole', 'lambda:GetFunction', 'apigateway:GET', 'logs:DescribeLogGroups'];
  await session.allow(actions.map((action) => ({ action, resource: '*' })));
  const { accessKeyId, secretAccessKey, sessionToken } = session.credentials;

  const { code, failed } = await examined(elsewhere(), {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });

  expect(failed.map(({ name }) => name)).toEqual(['dynamodb']);
  expect(failed[0]?.fix).toContain('dynamodb:DescribeTable');
  expect(code).toBe(5);
});

test('credentials that are not accepted are told once', async () => {
  const { code, failed } = await examined(elsewhere(), {
    AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN000000000',
    AWS_SECRET_ACCESS_KEY: 'wrong',
  });

  expect([code, failed.map(({ name }) => name)]).toEqual([4, ['credentials']]);
});

test('an endpoint in the environment that is not the target is named', async () => {
  const { code, failed } = await examined('--target aws --region us-east-1', {
    AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:9',
  });

  expect(failed[0]?.says).toContain('AWS_ENDPOINT_URL_IAM points to http://127.0.0.1:9');
  expect(code).toBe(2);
});

test('a home that cannot be written is named, with what to do', async () => {
  const { code, failed } = await examined('', { LAB_SETUP_HOME: '/dev/null/home' });

  expect(failed.map(({ name }) => name)).toContain('home');
  expect(failed[0]?.fix).toContain('LAB_SETUP_HOME');
  expect(code).toBe(1);
});

test('so is one whose disk is full, where a file can be made and not be filled', async () => {
  const { code, stdout } = await machine.run('doctor', { largestFile: 512 });

  expect(stdout).toMatch(/^failed {2}home .* cannot be written: .*\n +→ .*make room on its disk\.$/m);
  expect(code).toBe(1);
});

test('--verbose shows its calls', async () => {
  await machine.run('local start');

  const { stderr } = await machine.run('doctor --verbose');

  expect(stderr).toMatch(/^ {2}sts:GetCallerIdentity ok \d+ ms \S+$/m);
  expect(stderr).toMatch(/^ {2}logs:DescribeLogGroups ok /m);
});
