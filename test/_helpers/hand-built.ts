import * as gateway from '@aws-sdk/client-api-gateway';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand, type Runtime } from '@aws-sdk/client-lambda';
import { integrationUri } from '../../src/tutorial/method-settings.js';
import { rolePolicy, TRUST_POLICY } from '../../src/tutorial/policies.js';
import type { TestLab } from './lab.js';
import { zipOf } from './zip.js';

/** What whoever clicks may do otherwise than the tutorial says. */
export interface Clicked {
  readonly apiKeyRequired?: boolean;
  /** The policy is a customer-managed one. */
  readonly managedPolicy?: boolean;
  readonly policy?: object;
  /** Where the role stands: `/service-role/` if Lambda's console made it. */
  readonly rolePath?: string;
  readonly stage?: string;
  readonly pathPart?: string;
  readonly runtime?: Runtime;
  readonly handler?: string;
  readonly code?: Readonly<Record<string, string>>;
  /** Where the table's partition key is. */
  readonly tableKey?: string;
}

/** What it made, by the ids that a change behind its back needs. */
export interface HandBuilt extends TestLab {
  readonly restApiId: string;
  readonly method: { restApiId: string; resourceId: string; httpMethod: string };
  readonly apiKey: string;
  readonly usagePlanId: string;
  readonly stageName: string;
  readonly FunctionName: string;
  readonly RoleName: string;
}

/** As much of the tutorial's Python as tells a handler from another function. */
const PYTHON = `from __future__ import print_function
import boto3
print('Loading function')
def lambda_handler(event, context):
    return event.get('payload')
`;

/**
 * The tutorial, clicked to the letter: no tags, the tutorial's policy, Python, only the answer 200, no key required
 * unless `apiKeyRequired`, and names spelled as the tutorial spells them the second time.
 */
export async function buildByHand(lab: TestLab, clicked: Clicked = {}): Promise<HandBuilt> {
  const { apiKeyRequired = false, managedPolicy = false, policy, rolePath: Path, stage = 'prod' } = clicked;
  const { pathPart = 'dynamodbmanager', runtime = 'python3.13', tableKey = 'id' } = clicked;
  const { handler = 'lambda_function.lambda_handler', code = { 'lambda_function.py': PYTHON } } = clicked;
  const { iam, lambda, dynamodb, apiGateway } = lab.aws;
  const { lab: names, env } = lab;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: names.role.name,
      Path,
      AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
    }),
  );
  const PolicyDocument = JSON.stringify(policy ?? rolePolicy('tutorial', names, env.place));
  if (managedPolicy) {
    const PolicyName = `lambda-apigateway-policy-of-${names.name}`;
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: names.role.name, PolicyArn: Policy?.Arn }));
  } else {
    const PolicyName = 'a-name-of-their-own';
    await iam.send(new PutRolePolicyCommand({ RoleName: names.role.name, PolicyName, PolicyDocument }));
  }
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: names.function.name,
      Role: Role?.Arn,
      Runtime: runtime,
      Handler: handler,
      Code: { ZipFile: zipOf(code) },
    }),
  );
  await dynamodb.send(
    new CreateTableCommand({
      TableName: names.table.name,
      AttributeDefinitions: [{ AttributeName: tableKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: tableKey, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { id: restApiId = '', rootResourceId: parentId } = await apiGateway.send(
    new gateway.CreateRestApiCommand({
      name: names.api.name,
      endpointConfiguration: { types: ['REGIONAL'] },
    }),
  );
  const { id: resourceId = '' } = await apiGateway.send(
    new gateway.CreateResourceCommand({ restApiId, parentId, pathPart }),
  );
  const method = { restApiId, resourceId, httpMethod: 'POST' };
  await apiGateway.send(
    new gateway.PutMethodCommand({ ...method, authorizationType: 'NONE', apiKeyRequired }),
  );
  await apiGateway.send(new gateway.PutMethodResponseCommand({ ...method, statusCode: '200' }));
  await apiGateway.send(
    new gateway.PutIntegrationCommand({
      ...method,
      type: 'AWS',
      integrationHttpMethod: 'POST',
      uri: integrationUri(names, env.place),
    }),
  );
  await apiGateway.send(new gateway.PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: names.function.name,
      StatementId: 'a-name-that-the-console-made-up',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${restApiId}/*/POST/${pathPart}`,
    }),
  );
  await apiGateway.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: stage }));
  const { id: apiKey = '' } = await apiGateway.send(
    new gateway.CreateApiKeyCommand({ name: names.key.name, enabled: true }),
  );
  const { id: usagePlanId = '' } = await apiGateway.send(
    new gateway.CreateUsagePlanCommand({
      name: names.usagePlan.name.toLowerCase(),
      throttle: { rateLimit: 100, burstLimit: 20 },
      apiStages: [{ apiId: restApiId, stage }],
    }),
  );
  await apiGateway.send(
    new gateway.CreateUsagePlanKeyCommand({ usagePlanId, keyId: apiKey, keyType: 'API_KEY' }),
  );
  return {
    ...lab,
    restApiId,
    method,
    apiKey,
    usagePlanId,
    stageName: stage,
    FunctionName: names.function.name,
    RoleName: names.role.name,
  };
}
