import * as gateway from '@aws-sdk/client-api-gateway';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { integrationUri } from '../../src/tutorial/method-settings.js';
import { rolePolicy, TRUST_POLICY } from '../../src/tutorial/policies.js';
import type { TestLab } from './lab.js';

/**
 * The tutorial, clicked to the letter: no tags, the tutorial's policy, Python, only the answer 200, no key required
 * unless `apiKeyRequired`, and names spelled as the tutorial spells them the second time. The policy is inline, or a
 * customer-managed one with `managedPolicy`.
 */
export async function buildByHand(
  lab: TestLab,
  options: { apiKeyRequired?: boolean; managedPolicy?: boolean } = {},
): Promise<void> {
  const { apiKeyRequired = false, managedPolicy = false } = options;
  const { iam, lambda, dynamodb, apiGateway } = lab.aws;
  const { lab: names, env } = lab;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: names.role.name,
      AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
    }),
  );
  const PolicyDocument = JSON.stringify(rolePolicy('tutorial', names, env.place));
  if (managedPolicy) {
    const PolicyName = `lambda-apigateway-policy-of-${names.name}`;
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: names.role.name, PolicyArn: Policy?.Arn }));
  } else {
    const PolicyName = 'a-name-of-their-own';
    await iam.send(new PutRolePolicyCommand({ RoleName: names.role.name, PolicyName, PolicyDocument }));
  }
  const { zip } = await archiveHandler(Buffer.from('# the code of the tutorial, in Python'));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: names.function.name,
      Role: Role?.Arn,
      Runtime: 'python3.13',
      Handler: 'lambda_function.lambda_handler',
      Code: { ZipFile: zip },
    }),
  );
  await dynamodb.send(
    new CreateTableCommand({
      TableName: names.table.name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { id: restApiId, rootResourceId: parentId } = await apiGateway.send(
    new gateway.CreateRestApiCommand({
      name: names.api.name,
      endpointConfiguration: { types: ['REGIONAL'] },
    }),
  );
  const { id: resourceId } = await apiGateway.send(
    new gateway.CreateResourceCommand({ restApiId, parentId, pathPart: 'dynamodbmanager' }),
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
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${restApiId ?? ''}/*/POST/dynamodbmanager`,
    }),
  );
  // Both as the tutorial spells them the second time.
  await apiGateway.send(new gateway.CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  const { id: keyId } = await apiGateway.send(
    new gateway.CreateApiKeyCommand({ name: names.key.name, enabled: true }),
  );
  const { id: usagePlanId } = await apiGateway.send(
    new gateway.CreateUsagePlanCommand({
      name: names.usagePlan.name.toLowerCase(),
      throttle: { rateLimit: 100, burstLimit: 20 },
      apiStages: [{ apiId: restApiId, stage: 'prod' }],
    }),
  );
  await apiGateway.send(new gateway.CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
}
