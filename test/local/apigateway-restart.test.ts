import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  GetStageCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { membersOf, MOCK_200, post } from '../_helpers/gateway.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let client: APIGatewayClient;

beforeAll(async () => {
  aws = await startTestAws();
  client = new APIGatewayClient(aws.clientConfig);
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

test('a deployed API is the same, and answers the same, after the server was restarted', async () => {
  const { id: restApiId, rootResourceId: resourceId } = await client.send(
    new CreateRestApiCommand({ name: 'kept' }),
  );
  const at = { restApiId, resourceId, httpMethod: 'POST', statusCode: '200' };
  await client.send(new PutMethodCommand({ ...at, authorizationType: 'NONE' }));
  await client.send(new PutMethodResponseCommand(at));
  await client.send(new PutIntegrationCommand({ ...at, ...MOCK_200 }));
  await client.send(
    new PutIntegrationResponseCommand({
      ...at,
      responseTemplates: { 'application/json': 'kept', 'text/plain': '' },
    }),
  );
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'Prod', variables: { a: '1' } }));
  const look = async () => ({
    resources: membersOf(await client.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }))),
    stage: membersOf(await client.send(new GetStageCommand({ restApiId, stageName: 'Prod' }))),
    answer: await (await post(`${aws.endpoint}/_aws/execute-api/${restApiId ?? ''}/Prod/`, '{}')).text(),
  });

  const before = await look();
  await aws.restart();
  const after = await look();

  expect(before.answer).toBe('kept');
  expect(after).toEqual(before);
});
