import {
  CreateApiKeyCommand,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  CreateResourceCommand,
  CreateUsagePlanCommand,
  GetApiKeyCommand,
  GetDeploymentCommand,
  GetGatewayResponseCommand,
  GetIntegrationCommand,
  GetIntegrationResponseCommand,
  GetMethodCommand,
  GetMethodResponseCommand,
  GetModelCommand,
  GetRequestValidatorCommand,
  GetResourceCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetUsagePlanCommand,
  UpdateApiKeyCommand,
  UpdateDeploymentCommand,
  UpdateGatewayResponseCommand,
  UpdateIntegrationCommand,
  UpdateIntegrationResponseCommand,
  UpdateMethodCommand,
  UpdateMethodResponseCommand,
  UpdateModelCommand,
  UpdateRequestValidatorCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createTestApi,
  failureOf,
  membersOf,
  MOCK_200,
  startTestGateway,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
/** One thing of each kind. */
let at: Awaited<ReturnType<typeof makeThings>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  at = await makeThings();
});

afterAll(() => gateway.stop());

async function makeThings() {
  const { client } = gateway;
  const api = await createTestApi(gateway);
  await api.method({ integration: MOCK_200 });
  const { restApiId, rootResourceId } = api;
  const child = await client.send(
    new CreateResourceCommand({ restApiId, parentId: rootResourceId, pathPart: 'child' }),
  );
  const key = await client.send(new CreateApiKeyCommand({}));
  const plan = await client.send(new CreateUsagePlanCommand({ name: 'plan' }));
  const validator = await client.send(new CreateRequestValidatorCommand({ restApiId }));
  await client.send(
    new CreateModelCommand({ restApiId, name: 'Pet', contentType: 'application/json', schema: '{"a":1}' }),
  );
  return {
    restApiId,
    resourceId: rootResourceId,
    httpMethod: 'POST',
    statusCode: '200',
    childId: child.id,
    deploymentId: await api.deploy(),
    stageName: 'test',
    apiKey: key.id,
    usagePlanId: plan.id,
    requestValidatorId: validator.id,
    modelName: 'Pet',
    responseType: 'THROTTLED' as const,
  };
}

interface Kind {
  readonly name: string;
  /** A change that is allowed by itself. */
  readonly path: string;
  readonly value?: string;
  readonly op?: 'add' | 'replace';
  readonly read: () => Promise<{ $metadata: unknown }>;
  readonly update: (patchOperations: PatchOperation[]) => Promise<object>;
}

const KINDS: Kind[] = [
  {
    name: 'a REST API',
    path: '/name',
    read: () => gateway.client.send(new GetRestApiCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateRestApiCommand({ ...at, patchOperations })),
  },
  {
    name: 'a resource',
    path: '/pathPart',
    read: () => gateway.client.send(new GetResourceCommand({ ...at, resourceId: at.childId })),
    update: (patchOperations) =>
      gateway.client.send(new UpdateResourceCommand({ ...at, resourceId: at.childId, patchOperations })),
  },
  {
    name: 'a method',
    path: '/operationName',
    read: () => gateway.client.send(new GetMethodCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateMethodCommand({ ...at, patchOperations })),
  },
  {
    name: 'a method response',
    path: '/responseModels/application~1json',
    value: 'Empty',
    op: 'add',
    read: () => gateway.client.send(new GetMethodResponseCommand(at)),
    update: (patchOperations) =>
      gateway.client.send(new UpdateMethodResponseCommand({ ...at, patchOperations })),
  },
  {
    name: 'an integration',
    path: '/timeoutInMillis',
    value: '100',
    read: () => gateway.client.send(new GetIntegrationCommand(at)),
    update: (patchOperations) =>
      gateway.client.send(new UpdateIntegrationCommand({ ...at, patchOperations })),
  },
  {
    name: 'an integration response',
    path: '/selectionPattern',
    read: () => gateway.client.send(new GetIntegrationResponseCommand(at)),
    update: (patchOperations) =>
      gateway.client.send(new UpdateIntegrationResponseCommand({ ...at, patchOperations })),
  },
  {
    name: 'a deployment',
    path: '/description',
    read: () => gateway.client.send(new GetDeploymentCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateDeploymentCommand({ ...at, patchOperations })),
  },
  {
    name: 'a stage',
    path: '/description',
    read: () => gateway.client.send(new GetStageCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateStageCommand({ ...at, patchOperations })),
  },
  {
    name: 'an API key',
    path: '/description',
    read: () => gateway.client.send(new GetApiKeyCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateApiKeyCommand({ ...at, patchOperations })),
  },
  {
    name: 'a usage plan',
    path: '/description',
    read: () => gateway.client.send(new GetUsagePlanCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateUsagePlanCommand({ ...at, patchOperations })),
  },
  {
    name: 'a model',
    path: '/description',
    read: () => gateway.client.send(new GetModelCommand(at)),
    update: (patchOperations) => gateway.client.send(new UpdateModelCommand({ ...at, patchOperations })),
  },
  {
    name: 'a request validator',
    path: '/name',
    read: () => gateway.client.send(new GetRequestValidatorCommand(at)),
    update: (patchOperations) =>
      gateway.client.send(new UpdateRequestValidatorCommand({ ...at, patchOperations })),
  },
  {
    name: 'a gateway response',
    path: '/statusCode',
    value: '444',
    read: () => gateway.client.send(new GetGatewayResponseCommand(at)),
    update: (patchOperations) =>
      gateway.client.send(new UpdateGatewayResponseCommand({ ...at, patchOperations })),
  },
];

/** AWS takes the patches of one call as one change (documentation: PatchOperation). */
describe('an update of which a later patch is refused', () => {
  test.each(KINDS)(
    'changes nothing of $name',
    async ({ path, value = 'changed', op = 'replace', read, update }) => {
      const good: PatchOperation = { op, path, value };
      const before = membersOf(await read());

      const failure = await failureOf(update([good, { op: 'replace', path: '/nonsense', value: 'x' }]));

      expect(failure).toMatchObject({ code: 'BadRequestException', status: 400 });
      expect(membersOf(await read())).toEqual(before);
      await update([good]);
      expect(membersOf(await read())).not.toEqual(before);
    },
  );
});
