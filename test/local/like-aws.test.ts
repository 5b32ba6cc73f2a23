import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';
import { zipOf } from '../_helpers/zip.js';

const SECOND = 1_000;

let now = Date.now();
const pass = (milliseconds: number): void => {
  now += milliseconds;
};
let aws: TestAws;
let iam: IAMClient;
let lambda: LambdaClient;
let gateway: APIGatewayClient;

beforeAll(async () => {
  aws = await startTestAws({ clock: { now: () => now }, likeAws: true });
  iam = new IAMClient(aws.clientConfig);
  lambda = new LambdaClient(aws.clientConfig);
  gateway = new APIGatewayClient(aws.clientConfig);
  for (const client of [iam, lambda, gateway]) aws.closings.add(() => client.destroy());
});
afterAll(() => aws.stop());

const createRole = (RoleName: string, principal: object): Promise<unknown> =>
  iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
      }),
    }),
  );

describe('roles', () => {
  test('are there for IAM at once, and for Lambda some seconds later', async () => {
    await createRole('new', { Service: 'lambda.amazonaws.com' });
    const create = async (): Promise<string | undefined> => {
      const { State } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'early',
          Role: 'arn:aws:iam::000000000000:role/new',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: zipOf({ 'index.js': 'exports.handler = () => 1;' }) },
        }),
      );
      return State;
    };

    expect((await iam.send(new GetRoleCommand({ RoleName: 'new' }))).Role?.RoleName).toBe('new');
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    pass(15 * SECOND);
    expect(await create()).toBe('Pending');
  });

  test('get new rights some seconds after their policy was put', async () => {
    await createRole('worker', { AWS: 'arn:aws:iam::000000000000:root' });
    pass(15 * SECOND);
    const sts = new STSClient(aws.clientConfig);
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/worker', RoleSessionName: 'one' }),
    );
    const session = new DynamoDBClient({
      ...aws.clientConfig,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    for (const client of [sts, session]) aws.closings.add(() => client.destroy());
    const Statement = [{ Effect: 'Allow', Action: 'dynamodb:ListTables', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'list', PolicyDocument }));

    await expect(session.send(new ListTablesCommand({}))).rejects.toThrow(/no identity-based policy/);
    pass(15 * SECOND);
    expect((await session.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });
});

describe('deployed APIs', () => {
  test('learn of stages and keys late, of a key that is disabled too', async () => {
    pass(60 * SECOND);
    const { id: restApiId = '', rootResourceId: resourceId = '' } = await gateway.send(
      new CreateRestApiCommand({ name: 'late' }),
    );
    const at = { restApiId, resourceId, httpMethod: 'POST' };
    const mock = { 'application/json': '{"statusCode": 200}' };
    await gateway.send(new PutMethodCommand({ ...at, authorizationType: 'NONE', apiKeyRequired: true }));
    await gateway.send(new PutMethodResponseCommand({ ...at, statusCode: '200' }));
    await gateway.send(new PutIntegrationCommand({ ...at, type: 'MOCK', requestTemplates: mock }));
    await gateway.send(new PutIntegrationResponseCommand({ ...at, statusCode: '200' }));
    await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'Prod' }));
    const { id: keyId = '', value = '' } = await gateway.send(new CreateApiKeyCommand({ enabled: true }));
    const apiStages = [{ apiId: restApiId, stage: 'Prod' }];
    const { id: usagePlanId } = await gateway.send(new CreateUsagePlanCommand({ name: 'plan', apiStages }));
    await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    const ask = async (): Promise<[number, string | null]> => {
      const url = `${aws.endpoint}/restapis/${restApiId}/Prod/_user_request_/`;
      const headers = { 'x-api-key': value, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', body: '{}', headers });
      return [response.status, (await response.text()) || null];
    };
    const disable = [{ op: 'replace', path: '/enabled', value: 'false' }] as const;

    const answers = [await ask()];
    pass(10 * SECOND);
    answers.push(await ask());
    pass(120 * SECOND);
    answers.push(await ask());
    await gateway.send(new UpdateApiKeyCommand({ apiKey: keyId, patchOperations: [...disable] }));
    answers.push(await ask());
    pass(120 * SECOND);
    answers.push(await ask());

    const forbidden = [403, '{"message":"Forbidden"}'];
    expect(answers).toEqual([forbidden, forbidden, [200, null], [200, null], forbidden]);
  });
});

describe('request quotas', () => {
  const tooMany = { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } };

  test('let CreateRestApi through once in three seconds', async () => {
    pass(60 * SECOND);
    const create = (): Promise<unknown> => gateway.send(new CreateRestApiCommand({ name: 'quota' }));
    await create();

    pass(2.9 * SECOND);
    await expect(create()).rejects.toMatchObject({ ...tooMany, message: 'Too Many Requests' });
    pass(0.1 * SECOND);
    await expect(create()).resolves.toBeDefined();
  });

  test("are Lambda's too, for each call whatever comes of it", async () => {
    pass(60 * SECOND);
    const names: string[] = [];
    for (let call = 0; call < 16; call += 1) {
      await lambda.send(new GetPolicyCommand({ FunctionName: 'none' })).catch((error: unknown) => {
        names.push(error instanceof Error ? error.name : '');
      });
    }

    expect(names.slice(-2)).toEqual(['ResourceNotFoundException', 'TooManyRequestsException']);
  });
});
