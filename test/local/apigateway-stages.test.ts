import {
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteStageCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateDeploymentCommand,
  UpdateStageCommand,
  type CreateDeploymentCommandInput,
  type CreateStageCommandInput,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  badRequest,
  conflict,
  createTestApi,
  failureOf,
  membersOf,
  MOCK_200,
  notFound,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

beforeEach(async () => {
  api = await createTestApi(gateway);
  await api.method({ httpMethod: 'GET', integration: MOCK_200 });
});

const BAD_VARIABLE = badRequest(
  'Invalid stage variable name: a-b.  Please use names with only word characters.',
);

async function deploy(input: Partial<CreateDeploymentCommandInput> = {}): Promise<string> {
  const { id = '' } = await gateway.client.send(
    new CreateDeploymentCommand({ restApiId: api.restApiId, ...input }),
  );
  return id;
}

const createStage = (input: Partial<CreateStageCommandInput>) =>
  gateway.client.send(
    new CreateStageCommand({ restApiId: api.restApiId, stageName: 's1', deploymentId: undefined, ...input }),
  );

const getStage = (stageName = 's1') =>
  gateway.client.send(new GetStageCommand({ restApiId: api.restApiId, stageName }));

const updateStage = (...patchOperations: PatchOperation[]) =>
  gateway.client.send(new UpdateStageCommand({ restApiId: api.restApiId, stageName: 's1', patchOperations }));

const deleteDeployment = (deploymentId: string) =>
  gateway.client.send(new DeleteDeploymentCommand({ restApiId: api.restApiId, deploymentId }));

describe('a deployment', () => {
  test('answers 201 with id, date and description', async () => {
    const answer = await gateway.client.send(
      new CreateDeploymentCommand({ restApiId: api.restApiId, description: 'first' }),
    );

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      description: 'first',
      createdDate: expect.any(Date),
    });
  });

  test('makes its stage, and the next one takes the stage over', async () => {
    const first = await deploy({ stageName: 's1', stageDescription: 'mine', variables: { a: '1' } });
    const before = await getStage();
    const second = await deploy({ stageName: 's1' });
    const after = await getStage();

    expect([before.deploymentId, after.deploymentId]).toEqual([first, second]);
    expect(after.description).toBe('mine');
    expect(after.variables).toEqual({ a: '1' });
  });

  test('is not kept when its stage is refused', async () => {
    expect(await failureOf(deploy({ stageName: 'bad name' }))).toEqual(
      badRequest('Stage name only allows a-zA-Z0-9-_'),
    );
    expect(await failureOf(deploy({ stageName: 's1', variables: { 'a-b': '1' } }))).toEqual(BAD_VARIABLE);
    const { items } = await gateway.client.send(new GetDeploymentsCommand({ restApiId: api.restApiId }));
    expect(items).toEqual([]);
  });

  test('cannot go while a stage points to it', async () => {
    const first = await deploy({ stageName: 's1' });

    expect(await failureOf(deleteDeployment(first))).toEqual(
      badRequest('Active stages pointing to this deployment must be moved or deleted'),
    );
    await deploy({ stageName: 's1' });
    expect((await deleteDeployment(first)).$metadata.httpStatusCode).toBe(202);
  });

  test('can be read one by one, with a summary, and as a list', async () => {
    const [one, two] = [await deploy({ description: 'one' }), await deploy()];

    const got = await gateway.client.send(
      new GetDeploymentCommand({ restApiId: api.restApiId, deploymentId: one, embed: ['apisummary'] }),
    );
    const listed = await gateway.client.send(new GetDeploymentsCommand({ restApiId: api.restApiId }));

    expect(got.apiSummary).toEqual({ '/': { GET: { apiKeyRequired: false, authorizationType: 'NONE' } } });
    expect(listed.items?.map(({ id }) => id)).toEqual([one, two]);
  });

  test('has a description that can be changed, and nothing else', async () => {
    const deploymentId = await deploy();
    const update = (patch: PatchOperation) =>
      gateway.client.send(
        new UpdateDeploymentCommand({ restApiId: api.restApiId, deploymentId, patchOperations: [patch] }),
      );

    expect((await update({ op: 'replace', path: '/description', value: 'new' })).description).toBe('new');
    expect((await failureOf(update({ op: 'replace', path: '/id', value: 'x' }))).status).toBe(400);
  });

  test('needs a method, and an integration for each', async () => {
    const bare = await createTestApi(gateway);
    const create = (restApiId: string) =>
      failureOf(gateway.client.send(new CreateDeploymentCommand({ restApiId })));

    expect(await create(bare.restApiId)).toEqual(badRequest("The REST API doesn't contain any methods"));
    expect((await create('nope')).code).toBe('NotFoundException');
  });
});

describe('a stage', () => {
  test('has the defaults of AWS', async () => {
    const deploymentId = await deploy();
    const answer = await createStage({ deploymentId });

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      deploymentId,
      stageName: 's1',
      cacheClusterEnabled: false,
      cacheClusterStatus: 'NOT_AVAILABLE',
      methodSettings: {},
      tracingEnabled: false,
      createdDate: expect.any(Date),
      lastUpdatedDate: expect.any(Date),
    });
  });

  test('shows its tags when it has some', async () => {
    await createStage({ deploymentId: await deploy(), tags: { lab: 'x' } });

    expect((await getStage()).tags).toEqual({ lab: 'x' });
  });

  test('is refused when its name is taken or none, or its deployment unknown', async () => {
    const deploymentId = await deploy();
    await createStage({ deploymentId });

    expect(await failureOf(createStage({ deploymentId }))).toEqual(conflict('Stage already exists'));
    expect((await failureOf(createStage({ deploymentId, stageName: 'a b' }))).status).toBe(400);
    expect(await failureOf(createStage({ deploymentId: 'nope', stageName: 's2' }))).toEqual(
      badRequest('Deployment id does not exist'),
    );
  });

  test.each(['', '$LATEST', '{"a":1}', 'a\n'])('has no variable with the value %j', async (value) => {
    const deploymentId = await deploy();
    const refusal = badRequest(
      `Invalid stage variable value: ${value}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
    );

    expect(await failureOf(deploy({ stageName: 's1', variables: { a: value } }))).toEqual(refusal);
    expect(await failureOf(createStage({ deploymentId, variables: { a: value } }))).toEqual(refusal);

    await createStage({ deploymentId });

    expect(await failureOf(updateStage({ op: 'replace', path: '/variables/a', value }))).toEqual(refusal);
  });

  test('has variables of one sort, however they are given', async () => {
    const deploymentId = await deploy();
    const variables = { 'a-b': '1' };
    expect(await failureOf(createStage({ deploymentId, variables }))).toEqual(BAD_VARIABLE);

    await createStage({ deploymentId });

    expect(await failureOf(updateStage({ op: 'replace', path: '/variables/a-b', value: '1' }))).toEqual(
      BAD_VARIABLE,
    );
  });

  test('is listed by deployment', async () => {
    const [one, two] = [await deploy({ stageName: 's1' }), await deploy({ stageName: 's2' })];
    const list = async (deploymentId?: string) => {
      const { item = [] } = await gateway.client.send(
        new GetStagesCommand({ restApiId: api.restApiId, deploymentId }),
      );
      return item.map(({ stageName }) => stageName);
    };

    expect([await list(), await list(one), await list(two)]).toEqual([['s1', 's2'], ['s1'], ['s2']]);
  });

  test('is patched', async () => {
    await deploy({ stageName: 's1' });
    const updated = await updateStage(
      { op: 'replace', path: '/description', value: 'new' },
      { op: 'replace', path: '/variables/var1', value: 'test' },
      { op: 'replace', path: '/*/*/throttling/burstLimit', value: '123' },
      { op: 'replace', path: '/*/*/caching/enabled', value: 'true' },
      { op: 'replace', path: '/tracingEnabled', value: 'true' },
      { op: 'replace', path: '/test/GET/throttling/burstLimit', value: '124' },
    );
    const record = {
      cacheDataEncrypted: false,
      cacheTtlInSeconds: 300,
      cachingEnabled: true,
      dataTraceEnabled: false,
      metricsEnabled: false,
      requireAuthorizationForCacheControl: true,
      throttlingBurstLimit: 123,
      throttlingRateLimit: 10_000,
      unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
    };

    expect(membersOf(updated)).toMatchObject({
      description: 'new',
      variables: { var1: 'test' },
      tracingEnabled: true,
      methodSettings: { '*/*': record, 'test/GET': { ...record, throttlingBurstLimit: 124 } },
    });
    expect((await updateStage({ op: 'remove', path: '/test/GET' })).methodSettings).toEqual({
      '*/*': record,
    });
    expect((await updateStage({ op: 'remove', path: '/variables/var1' })).variables).toBeUndefined();
  });

  test('logs nothing, and says so as AWS does where no role for it is set', async () => {
    await deploy({ stageName: 's1' });
    const level = '/*/*/logging/loglevel';
    const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:access';
    const refused = badRequest('CloudWatch Logs role ARN must be set in account settings to enable logging');

    expect(await failureOf(updateStage({ op: 'replace', path: level, value: 'INFO' }))).toEqual(refused);
    expect(
      await failureOf(updateStage({ op: 'replace', path: '/accessLogSettings/destinationArn', value: arn })),
    ).toEqual(refused);
    expect(
      (await updateStage({ op: 'replace', path: level, value: 'OFF' })).methodSettings?.['*/*'],
    ).toMatchObject({ loggingLevel: 'OFF' });
  });

  test('refuses patches as AWS does', async () => {
    await deploy({ stageName: 's1' });

    expect((await failureOf(updateStage({ op: 'replace', path: '/tags/tag1', value: 'x' }))).message).toMatch(
      /^Invalid method setting path: \/tags\/tag1\. Must be one of: \[\/deploymentId, \/description, .*, \/tracingEnabled\]$/,
    );
    expect(await failureOf(updateStage({ op: 'remove', path: '/*/*' }))).toEqual(
      badRequest('Cannot remove method setting */* because there is no method setting for this method '),
    );
    expect(await failureOf(updateStage({ op: 'replace', path: '/deploymentId', value: 'nope' }))).toEqual(
      badRequest('Deployment id does not exist'),
    );
  });

  test('is gone after it is deleted', async () => {
    await deploy({ stageName: 's1' });
    const remove = () =>
      gateway.client.send(new DeleteStageCommand({ restApiId: api.restApiId, stageName: 's1' }));

    expect((await remove()).$metadata.httpStatusCode).toBe(202);
    expect(await failureOf(getStage())).toEqual(notFound('Invalid stage identifier specified'));
    expect(await failureOf(remove())).toEqual(notFound('Invalid stage identifier specified'));
  });
});
