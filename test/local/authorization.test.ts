import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APIGateway, CreateRestApiCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogs, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DynamoDB,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAM, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, Lambda, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import * as v from 'valibot';
import { serviceActions } from '../../src/local/authorization/actions.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const ACCOUNT = '000000000000';
const TABLE_ARN = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/things`;
const ME = `arn:aws:sts::${ACCOUNT}:assumed-role/person/me`;

let aws: TestAws;
let iam: IAMClient;
let dynamodb: DynamoDB;
let lambda: Lambda;
let apigateway: APIGateway;
let logs: CloudWatchLogs;
let sessionIam: IAM;

beforeAll(async () => {
  aws = await startTestAws();
  iam = new IAMClient(aws.clientConfig);
  const trust = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'person',
      AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }),
    }),
  );
  await new DynamoDBClient(aws.clientConfig).send(
    new CreateTableCommand({
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { Credentials } = await new STSClient(aws.clientConfig).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/person`, RoleSessionName: 'me' }),
  );
  const session = {
    ...aws.clientConfig,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
  dynamodb = new DynamoDB(session);
  lambda = new Lambda(session);
  apigateway = new APIGateway(session);
  logs = new CloudWatchLogs(session);
  sessionIam = new IAM(session);
});
afterAll(() => aws.stop());

/** Gives the person these permissions and no others. */
const allow = (Statement: object | object[]) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: 'person',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
const refused = (action: string, resource: string, status: number, name = 'AccessDeniedException') => ({
  name,
  message: `User: ${ME} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  $metadata: { httpStatusCode: status },
});

describe('a role', () => {
  test('without a right on a table does not learn whether it is there', async () => {
    await allow({ Effect: 'Allow', Action: 'dynamodb:*', Resource: TABLE_ARN });

    await expect(dynamodb.send(new ScanCommand({ TableName: 'nobody' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('that is denied an action explicitly hears that', async () => {
    await allow([
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:ListTables', Resource: '*' },
    ]);

    await expect(dynamodb.send(new ListTablesCommand({}))).rejects.toMatchObject({
      message: `User: ${ME} is not authorized to perform: dynamodb:ListTables on resource: arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/* with an explicit deny in an identity-based policy`,
    });
  });

  test('without any right is refused by each service in its own way', async () => {
    await allow({ Effect: 'Deny', Action: 's3:*', Resource: '*' });

    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject(
      refused('lambda:ListFunctions', '*', 403),
    );
    await expect(apigateway.send(new GetRestApisCommand({}))).rejects.toMatchObject(
      refused('apigateway:GET', 'arn:aws:apigateway:us-east-1::/restapis', 403),
    );
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: '/g' }))).rejects.toMatchObject(
      refused('logs:CreateLogGroup', `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/g:log-stream:`, 400),
    );
  });

  test('with a right makes a REST API', async () => {
    await allow({ Effect: 'Allow', Action: 'apigateway:POST', Resource: 'arn:aws:apigateway:*::/restapis' });

    await expect(apigateway.send(new CreateRestApiCommand({ name: 'a' }))).resolves.toMatchObject({
      name: 'a',
    });
  });

  test('that may make functions must be allowed to pass their role', async () => {
    await allow({ Effect: 'Allow', Action: 'lambda:*', Resource: '*' });
    const Role = `arn:aws:iam::${ACCOUNT}:role/person`;

    await expect(
      lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'f',
          Role,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: Buffer.from('x') },
        }),
      ),
    ).rejects.toMatchObject(refused('iam:PassRole', Role, 403));
  });
});

describe('over the wire, each operation of the table', () => {
  /** What the paths of the REST services are made of, and what permissions are asked for. */
  const bag = {
    ...{ httpMethod: 'GET', statusCode: '200', startDate: '2026-01-01', endDate: '2026-01-02' },
    ...{ resourceArn: 'arn:x', exportType: 'oas30', FunctionName: 'f' },
    ...{ Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`, InvokeArgs: '{}', TableName: 'tt' },
    ...{ TagKeys: ['a'], tagKeys: ['a'], RequestItems: { tt: {} } },
    TransactItems: [{ Get: { TableName: 'tt' }, Put: { TableName: 'tt' } }],
  };
  // STS asks by itself (sts.test.ts).
  const clients = () => ({ apigateway, dynamodb, iam: sessionIam, lambda, logs });

  const refusalSchema = v.object({
    name: v.string(),
    message: v.string(),
    $metadata: v.optional(v.object({ httpStatusCode: v.number() })),
  });

  const endOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'answered',
      (error: unknown) => {
        const { name, message, $metadata } = v.parse(refusalSchema, error);
        return `${name} ${String($metadata?.httpStatusCode)} ${message}`;
      },
    );
  const MISSING = /No value provided for input HTTP label: (\w+)/;

  /** How each operation ends: `Name status message`, or undefined where the SDK does not know it. */
  async function outcomes(service: keyof ReturnType<typeof clients>): Promise<Map<string, string>> {
    const client = clients()[service];
    const ends = new Map<string, string>();
    const input: Record<string, unknown> = { ...bag };
    for (const operation of Object.keys(serviceActions[service].operations)) {
      const method: unknown = Reflect.get(client, operation.slice(0, 1).toLowerCase() + operation.slice(1));
      if (typeof method !== 'function') continue;
      const call = () => endOf(Promise.resolve(Reflect.apply(method, client, [input])));
      let end = await call();
      for (let label = MISSING.exec(end)?.[1]; label !== undefined; label = MISSING.exec(end)?.[1]) {
        input[label] = 'x';
        end = await call();
      }
      // The table has rows for a few neighbours that are not served.
      if (!end.includes(' The local AWS does not serve ')) ends.set(operation, end);
    }
    return ends;
  }

  test.each([
    ['apigateway', 'AccessDeniedException 403'],
    ['dynamodb', 'AccessDeniedException 400'],
    ['iam', 'AccessDenied 403'],
    ['lambda', 'AccessDeniedException 403'],
    ['logs', 'AccessDeniedException 400'],
  ] as const)(
    'of %s is refused without its action, before anything else is looked at',
    async (service, refusal) => {
      await allow({ Effect: 'Deny', Action: 's3:*', Resource: '*' });

      const ends = await outcomes(service);

      for (const [operation, end] of ends) {
        const actions = new Set(serviceActions[service].operations[operation]?.map(({ action }) => action));
        const named = [...actions].some((action) =>
          end.endsWith(` because no identity-based policy allows the ${action} action`),
        );
        expect({ operation, end, named }).toMatchObject({
          end: expect.stringContaining(refusal),
          named: true,
        });
      }
      await allow({ Effect: 'Allow', Action: `${service}:*`, Resource: '*' });
      const healed = [...(await outcomes(service))].filter(([, end]) => end.startsWith('AccessDenied'));
      expect(healed).toEqual([]);
    },
  );
});
