/** An independent judge: the aws CLI reads back everything that `up` made on the local AWS. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, newMachine, type Machine } from '../_helpers/cli.js';
import { requireProgram, runProgram } from '../_helpers/program.js';

let machine: Machine;
let environment: Record<string, string>;
let apiId = '';

beforeAll(async () => {
  machine = await newMachine();
  await requireProgram('aws');
  const up = documentOf(await machine.run('up --json'));
  apiId = /restapis\/([a-z0-9]+)\//.exec(String(up['invokeUrl']))?.[1] ?? '';
  await machine.run('invoke create');
  const env = documentOf(await machine.run('env --json')) as { environment?: Record<string, string> };
  environment = env.environment ?? {};
});
afterAll(() => machine.leave());

/** What the aws CLI makes of the answer. */
async function aws(command: string): Promise<unknown> {
  const output = await runProgram('aws', [...command.split(' '), '--output', 'json'], environment);
  return JSON.parse(output) as unknown;
}

describe('the aws CLI reads back', () => {
  test.each([
    ['sts get-caller-identity', { Account: '000000000000' }],
    ['iam get-role --role-name lambda-apigateway-role', { Role: { RoleName: 'lambda-apigateway-role' } }],
    [
      'lambda get-function --function-name LambdaFunctionOverHttps',
      { Configuration: { Runtime: 'nodejs24.x', Timeout: 10, MemorySize: 128 } },
    ],
    [
      'dynamodb describe-table --table-name lambda-apigateway',
      { Table: { TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] } },
    ],
    ['apigateway get-rest-apis', { items: [{ name: 'DynamoDBOperations' }] }],
    ['apigateway get-api-keys', { items: [{ name: 'Lambda-key', enabled: true }] }],
    [
      'apigateway get-usage-plans',
      { items: [{ name: 'Lambda-dynamoDB-usageplan', throttle: { rateLimit: 100, burstLimit: 20 } }] },
    ],
    [
      'dynamodb scan --table-name lambda-apigateway',
      { Count: 1, Items: [{ id: { S: '1234ABCD' }, number: { N: '5' } }] },
    ],
    [
      'logs describe-log-groups --log-group-name-prefix /aws/lambda/',
      { logGroups: [{ logGroupName: '/aws/lambda/LambdaFunctionOverHttps' }] },
    ],
  ])('%s', async (command, answer) => {
    expect(await aws(command)).toMatchObject(answer);
  });

  test('apigateway get-resources', async () => {
    expect(await aws(`apigateway get-resources --rest-api-id ${apiId}`)).toMatchObject({
      items: [{ path: '/' }, { path: '/dynamodbmanager', resourceMethods: { POST: {} } }],
    });
  });

  test('lambda invoke', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lab-setup-interop-'));
    const output = join(folder, 'output.json');

    await runProgram(
      'aws',
      [
        'lambda',
        'invoke',
        '--function-name',
        'LambdaFunctionOverHttps',
        '--payload',
        '{"operation":"ping"}',
        output,
      ],
      environment,
    );
    const answer = await readFile(output, 'utf8');
    await rm(folder, { recursive: true });

    expect(answer).toBe('"pong"');
  });
});
