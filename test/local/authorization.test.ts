import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APIGatewayClient, CreateRestApiCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const ACCOUNT = '000000000000';
const TABLE_ARN = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/things`;
const ME = `arn:aws:sts::${ACCOUNT}:assumed-role/person/me`;

let aws: TestAws;
let iam: IAMClient;
let dynamodb: DynamoDBClient;
let lambda: LambdaClient;
let apigateway: APIGatewayClient;
let logs: CloudWatchLogsClient;

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
  dynamodb = new DynamoDBClient(session);
  lambda = new LambdaClient(session);
  apigateway = new APIGatewayClient(session);
  logs = new CloudWatchLogsClient(session);
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

const Key = { id: { S: 'a' } };
const ITEM_CALLS: Record<string, () => Promise<unknown>> = {
  PutItem: () => dynamodb.send(new PutItemCommand({ TableName: 'things', Item: Key })),
  GetItem: () => dynamodb.send(new GetItemCommand({ TableName: 'things', Key })),
  UpdateItem: () => dynamodb.send(new UpdateItemCommand({ TableName: 'things', Key })),
  DeleteItem: () => dynamodb.send(new DeleteItemCommand({ TableName: 'things', Key })),
  Scan: () => dynamodb.send(new ScanCommand({ TableName: 'things' })),
  Query: () =>
    dynamodb.send(
      new QueryCommand({
        TableName: 'things',
        KeyConditionExpression: 'id = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
      }),
    ),
};
const ACTIONS = Object.keys(ITEM_CALLS);

describe.each(ACTIONS)('a role without dynamodb:%s', (action) => {
  beforeAll(async () => {
    const others = ACTIONS.filter((each) => each !== action).map((each) => `dynamodb:${each}`);
    await allow({ Effect: 'Allow', Action: others, Resource: TABLE_ARN });
  });

  test.each(ACTIONS)('calls %s', async (called) => {
    const call = ITEM_CALLS[called]?.();

    if (called === action)
      await expect(call).rejects.toMatchObject(refused(`dynamodb:${action}`, TABLE_ARN, 400));
    else await expect(call).resolves.toBeDefined();
  });
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
