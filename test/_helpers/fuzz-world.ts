import { APIGateway } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import type { KnownNames } from './fuzz-values.js';
import type { TestAws } from './local-aws.js';
import { zipOf } from './zip.js';
import { ALLOW, examplesOf, gatewayExamples, TRUST } from './fuzz-examples.js';

export interface FuzzWorld {
  readonly known: KnownNames;
  /** A valid input each for operations whose inputs are too intricate to be hit by chance. */
  readonly examples: Readonly<Record<string, object>>;
}

/** One thing of each kind, and by which names calls reach them. */
export async function makeWorld({ clientConfig, closings }: TestAws): Promise<FuzzWorld> {
  const iam = new IAM(clientConfig);
  const lambda = new Lambda(clientConfig);
  const dynamodb = new DynamoDB(clientConfig);
  const gateway = new APIGateway(clientConfig);
  const logs = new CloudWatchLogs(clientConfig);
  for (const client of [iam, lambda, dynamodb, gateway, logs]) closings.add(() => client.destroy());

  const role = await iam.createRole({ RoleName: 'fuzz', AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName: 'fuzz', PolicyName: 'fuzz', PolicyDocument: ALLOW });
  const policy = await iam.createPolicy({
    PolicyName: 'fuzz',
    PolicyDocument: ALLOW,
  });
  const made = await lambda.createFunction({
    FunctionName: 'fuzz',
    Role: role.Role?.Arn ?? '',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipOf({ 'index.js': 'exports.handler = async (event) => event;' }) },
  });
  const table = await dynamodb.createTable({
    TableName: 'fuzz',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  await logs.createLogGroup({ logGroupName: 'fuzz' });
  await logs.createLogStream({ logGroupName: 'fuzz', logStreamName: 'fuzz' });

  const created = await gateway.createRestApi({ name: 'fuzz' });
  const api = { restApiId: created.id ?? '' };
  const resources = await gateway.getResources(api);
  const resourceId = resources.items?.[0]?.id;
  const method = { ...api, resourceId, httpMethod: 'POST' };
  await gateway.putMethod({ ...method, authorizationType: 'NONE' });
  await gateway.putMethodResponse({ ...method, statusCode: '200' });
  await gateway.putIntegration({ ...method, type: 'MOCK' });
  await gateway.putIntegrationResponse({ ...method, statusCode: '200' });
  const deployment = await gateway.createDeployment({ ...api, stageName: 'fuzz' });
  const key = await gateway.createApiKey({ name: 'fuzz' });
  const plan = await gateway.createUsagePlan({
    name: 'fuzz',
    apiStages: [{ apiId: api.restApiId, stage: 'fuzz' }],
  });
  await gateway.createUsagePlanKey({ usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' });

  const only = (name: string | undefined): string[] => [name ?? ''];
  const arns = [
    made.FunctionArn ?? '',
    table.TableDescription?.TableArn ?? '',
    'arn:aws:logs:us-east-1:000000000000:log-group:fuzz',
    `arn:aws:apigateway:us-east-1::/restapis/${api.restApiId}`,
    `arn:aws:apigateway:us-east-1::/usageplans/${plan.id}`,
  ];
  const known = {
    RoleName: ['fuzz'],
    PolicyName: ['fuzz'],
    PolicyArn: only(policy.Policy?.Arn),
    VersionId: ['v1'],
    Role: only(role.Role?.Arn),
    RoleArn: only(role.Role?.Arn),
    RoleSessionName: ['fuzz'],
    AssumeRolePolicyDocument: [TRUST],
    FunctionName: ['fuzz', made.FunctionArn ?? ''],
    Handler: ['index.handler'],
    Runtime: ['nodejs22.x'],
    Action: ['lambda:InvokeFunction'],
    Resource: arns,
    ResourceArn: arns,
    resourceArn: arns,
    TableName: ['fuzz'],
    AttributeName: ['id'],
    AttributeType: ['S', 'N', 'B'],
    KeyType: ['HASH', 'RANGE'],
    BillingMode: ['PAY_PER_REQUEST', 'PROVISIONED'],
    Key: ['id'],
    Item: ['id', 'n', '__proto__'],
    RequestItems: ['fuzz'],
    logGroupName: ['fuzz'],
    logGroupIdentifier: ['fuzz'],
    logStreamName: ['fuzz'],
    restApiId: only(api.restApiId),
    apiId: only(api.restApiId),
    resourceId: only(resourceId),
    parentId: only(resourceId),
    httpMethod: ['POST', 'GET', 'ANY'],
    integrationHttpMethod: ['POST'],
    authorizationType: ['NONE'],
    type: ['MOCK', 'AWS', 'AWS_PROXY'],
    statusCode: ['200', '404'],
    stageName: ['fuzz'],
    stage: ['fuzz'],
    deploymentId: only(deployment.id),
    apiKey: only(key.id),
    keyId: only(key.id),
    keyType: ['API_KEY'],
    usagePlanId: only(plan.id),
    modelName: ['Empty', 'Error'],
    exportType: ['oas30', 'swagger'],
    accepts: ['application/json'],
    op: ['add', 'replace', 'remove', 'copy', 'test'],
    path: PATCH_PATHS,
  };
  return {
    known,
    examples: {
      ...examplesOf(role.Role?.Arn ?? ''),
      ...gatewayExamples({ ...api, resourceId: resourceId ?? '' }),
    },
  };
}

const PATCH_PATHS = [
  '/name',
  '/description',
  '/throttle/rateLimit',
  '/quota/limit',
  '/apiStages',
  '/*/*/throttling/burstLimit',
  '/~1/POST/logging/loglevel',
  '/variables/__proto__',
  '/variables/a',
  '/requestTemplates/application~1json',
  '/responseTemplates/application~1json',
  '/requestParameters/integration.request.path.a',
  '/endpointConfiguration/types/REGIONAL',
  '/binaryMediaTypes/*~1*',
  '/timeoutInMillis',
  '/uri',
  '/pathPart',
  '/parentId',
  '/selectionPattern',
  '/apiKeyRequired',
  '/enabled',
  '/',
  '',
];
