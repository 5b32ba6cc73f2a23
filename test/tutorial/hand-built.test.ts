/** A lab that somebody clicked together by the tutorial's words: no tags, the tutorial's policy, only the answer 200. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as gateway from '@aws-sdk/client-api-gateway';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { integrationUri } from '../../src/tutorial/method-settings.js';
import { rolePolicy, TRUST_POLICY } from '../../src/tutorial/policies.js';
import { allSteps, differing, openLab, outcomes, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
beforeAll(async () => void (aws = await startTestAws()));
afterEach(() => aws.release());
afterAll(() => aws.stop());

async function buildByHand(lab: TestLab, options: { apiKeyRequired: boolean }): Promise<void> {
  const { iam, lambda, dynamodb, apiGateway } = lab.aws;
  const { lab: names, env } = lab;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: names.role.name,
      AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: names.role.name,
      PolicyName: names.role.policyName,
      PolicyDocument: JSON.stringify(rolePolicy('tutorial', names, env.place)),
    }),
  );
  const bundle = await readFile(fileURLToPath(new URL('../../dist/handler/index.js', import.meta.url)));
  const { zip } = await archiveHandler(bundle);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: names.function.name,
      Role: Role?.Arn,
      Runtime: names.function.runtime,
      Handler: names.function.handler,
      Timeout: names.function.timeout,
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
  await apiGateway.send(new gateway.PutMethodCommand({ ...method, authorizationType: 'NONE', ...options }));
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

describe('a lab that was built by hand', () => {
  test('without faults is in order, whatever it calls its stage', async () => {
    const lab = await openLab(aws, 'clicked');
    await buildByHand(lab, { apiKeyRequired: true });

    const report = await lab.status();

    expect({ differing: differing(report), ok: report.ok, steps: outcomes(report) }).toEqual({
      differing: [],
      ok: true,
      steps: allSteps('by-hand'),
    });
  });

  test('to the letter of the tutorial does not ask for the key, and is told so', async () => {
    const lab = await openLab(aws, 'letter');
    await buildByHand(lab, { apiKeyRequired: false });

    const report = await lab.status();

    expect({ differing: differing(report), ok: report.ok }).toEqual({
      differing: ['method API key required'],
      ok: false,
    });
  });

  test('is kept by down as it is', async () => {
    const lab = await openLab(aws, 'kept');
    await buildByHand(lab, { apiKeyRequired: true });
    const before = lab.calls.length;

    await lab.down();

    const writes = /:(Create|Put|Update|Delete|Add|Remove|Tag|Untag)/;
    expect(lab.calls.slice(before).filter((call) => writes.test(call))).toEqual([]);
  });
});
