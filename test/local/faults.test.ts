import { APIGatewayClient, CreateApiKeyCommand, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { CreateLogGroupCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/local/errors.js';
import type { NamedCall } from '../../src/local/faults.js';
import { ending, faulty, serverError } from '../_helpers/faults.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const faults = faulty();
const named: NamedCall[] = [];
let aws: TestAws;
let gateway: APIGatewayClient;
let iam: IAMClient;
let logs: CloudWatchLogsClient;
let dynamodb: DynamoDBClient;
let sts: STSClient;

beforeAll(async () => {
  aws = await startTestAws({
    faults: (call) => {
      named.push(call);
      return faults.plan(call);
    },
  });
  gateway = new APIGatewayClient(aws.clientConfig);
  iam = new IAMClient(aws.clientConfig);
  logs = new CloudWatchLogsClient(aws.clientConfig);
  dynamodb = new DynamoDBClient(aws.clientConfig);
  sts = new STSClient(aws.clientConfig);
  for (const client of [gateway, iam, logs, dynamodb, sts]) aws.closings.add(() => client.destroy());
});
afterAll(() => aws.stop());
afterEach(() => {
  faults.clear();
  named.length = 0;
});

const keyNames = async (): Promise<(string | undefined)[]> =>
  ((await gateway.send(new GetApiKeysCommand({}))).items ?? []).map(({ name }) => name);
const createKey = (name: string, abortSignal?: AbortSignal): Promise<unknown> =>
  gateway.send(new CreateApiKeyCommand({ name }), abortSignal ? { abortSignal } : {});
const createGroup = (logGroupName: string): Promise<unknown> =>
  logs.send(new CreateLogGroupCommand({ logGroupName }));
const trust = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' },
  ],
});
const createRole = (RoleName: string): Promise<unknown> =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));

const error = new AwsError({ code: 'MadeUpException', status: 418, message: 'As planned.' });
const asPlanned = { message: 'As planned.', $metadata: { httpStatusCode: 418 } };

describe('an error instead of the answer', () => {
  test.each([
    ['iam:CreateRole', () => createRole('query')],
    ['sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({}))],
    ['logs:CreateLogGroup', () => createGroup('json')],
    ['dynamodb:ListTables', () => dynamodb.send(new ListTablesCommand({}))],
    ['apigateway:CreateApiKey', () => createKey('rest')],
  ])("comes in the service's own form: %s", async (pattern, call) => {
    faults.set(pattern, { before: ending(error) });

    await expect(call()).rejects.toMatchObject({ name: 'MadeUpException', ...asPlanned });
  });

  test('comes in the form of a deployed API', async () => {
    faults.set('execute-api:Invoke', { before: ending(error) });

    const response = await fetch(`${aws.endpoint}/restapis/abc/Prod/_user_request_/x`, { method: 'POST' });

    expect([response.status, response.headers.get('x-amzn-errortype'), await response.text()]).toEqual([
      418,
      'MadeUpException',
      '{"message":"As planned."}',
    ]);
  });

  test('keeps the call from acting, or comes when it has acted', async () => {
    faults.set('apigateway:CreateApiKey#1', { before: ending(serverError()) });
    faults.set('apigateway:CreateApiKey#2', { after: ending(serverError()) });
    const fresh = await startTestAws({ faults: faults.plan });
    const client = new APIGatewayClient(fresh.clientConfig);
    fresh.closings.add(() => client.destroy());

    for (const name of ['not-made', 'made']) {
      const call = client.send(new CreateApiKeyCommand({ name }));
      await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    }

    const { items = [] } = await client.send(new GetApiKeysCommand({}));
    expect(items.map(({ name }) => name)).toEqual(['made']);
    await fresh.stop();
  });
});

describe('a lost connection', () => {
  test('is a TCP reset for the client, before the call acts', async () => {
    faults.set('apigateway:CreateApiKey', { before: ending('reset') });

    await expect(createKey('never-made')).rejects.toMatchObject({ code: 'ECONNRESET' });

    expect(await keyNames()).not.toContain('never-made');
  });

  test('loses the answer of a call that has acted', async () => {
    faults.set('iam:CreateRole', { after: ending('reset') });

    await expect(createRole('lost-answer')).rejects.toMatchObject({ code: 'ECONNRESET' });

    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'lost-answer' }));
    expect(Role?.RoleName).toBe('lost-answer');
  });
});

describe('an answer that does not come', () => {
  test('is waited for until the client leaves, who finds later what was done', async () => {
    const client = new AbortController();
    faults.set('apigateway:CreateApiKey', {
      after: () => {
        client.abort();
        return 'silence';
      },
    });

    await expect(createKey('silent', client.signal)).rejects.toMatchObject({ name: 'AbortError' });

    expect(await keyNames()).toContain('silent');
  });

  test('does not keep the server from closing', async () => {
    const other = await startTestAws({ faults: () => ({ before: ending('silence') }) });
    const client = new IAMClient(other.clientConfig);
    other.closings.add(() => client.destroy());
    const call = client.send(new GetRoleCommand({ RoleName: 'any' }));
    const outcome = expect(call).rejects.toThrow();

    await other.stop();

    await outcome;
  });
});

test('what is to happen before and after a call is waited for, and sees what the call has done', async () => {
  const seen: boolean[] = [];
  const look = async (): Promise<undefined> => {
    seen.push((await keyNames()).includes('watched'));
    return undefined;
  };
  faults.set('apigateway:CreateApiKey', { before: look, after: look });

  await createKey('watched');

  expect(seen).toEqual([false, true]);
});

test('calls are counted for each operation, and apart for the owner and for each role', async () => {
  await createRole('counted');
  const allowAll = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'counted', PolicyName: 'all', PolicyDocument: allowAll }),
  );
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/counted', RoleSessionName: 'one' }),
  );
  const session = new DynamoDBClient({
    ...aws.clientConfig,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
  aws.closings.add(() => session.destroy());
  named.length = 0;

  for (const client of [dynamodb, session, session, dynamodb]) await client.send(new ListTablesCommand({}));

  const first = named[0]?.nth ?? 0;
  expect(named.map(({ role, nth }) => [role, nth])).toEqual([
    [undefined, first],
    ['counted', 1],
    ['counted', 2],
    [undefined, first + 1],
  ]);
});
