import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsageCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
  type CreateApiKeyCommandInput,
  type CreateUsagePlanCommandInput,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

const createKey = (input: CreateApiKeyCommandInput = {}) =>
  gateway.client.send(new CreateApiKeyCommand(input));

const createPlan = (input: Partial<CreateUsagePlanCommandInput> = {}) =>
  gateway.client.send(new CreateUsagePlanCommand({ name: 'plan', ...input }));

const getPlan = (usagePlanId = '') => gateway.client.send(new GetUsagePlanCommand({ usagePlanId }));

const updatePlan = (usagePlanId = '', ...patchOperations: PatchOperation[]) =>
  gateway.client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));

const attach = (usagePlanId = '', keyId = '') =>
  gateway.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));

async function deployedApi(): Promise<TestApi> {
  const api = await createTestApi(gateway);
  await api.method({ integration: MOCK_200 });
  await api.deploy();
  return api;
}

const stageOf = ({ restApiId }: TestApi) => ({ apiId: restApiId, stage: 'test' });

describe('an API key', () => {
  test('is disabled and has a value of forty characters unless told otherwise', async () => {
    const answer = await createKey({ name: 'key' });

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'key',
      value: expect.stringMatching(/^[a-zA-Z0-9]{40}$/),
      enabled: false,
      stageKeys: [],
      createdDate: expect.any(Date),
      lastUpdatedDate: expect.any(Date),
    });
  });

  const VALUE = 'a-value-of-my-own-choosing';

  test('has a value that no other key has', async () => {
    await createKey({ value: VALUE });

    expect(await failureOf(createKey({ value: VALUE }))).toEqual(conflict('API Key already exists'));
  });

  test.each<[CreateApiKeyCommandInput, string]>([
    [{ value: 'short' }, 'API Key value should be at least 20 characters'],
    [{ value: 'a'.repeat(129) }, 'API Key value exceeds maximum size of 128 characters'],
    [{ name: 'a'.repeat(1025) }, 'Invalid API Key name, can be at most 1024 characters.'],
    [{ description: 'a'.repeat(125_001) }, 'Invalid API Key description specified.'],
  ])('is refused for a length: %#', async (input, message) => {
    expect(await failureOf(createKey(input))).toEqual(badRequest(message));
  });

  test('tells its value only when asked', async () => {
    const { id: apiKey, value } = await createKey({ name: 'secret' });
    const get = (includeValue?: boolean) =>
      gateway.client.send(new GetApiKeyCommand({ apiKey, includeValue }));
    const list = async (includeValues?: boolean) => {
      const { items = [] } = await gateway.client.send(
        new GetApiKeysCommand({ nameQuery: 'secret', includeValues }),
      );
      return items[0];
    };

    expect([(await get()).value, (await list())?.value]).toEqual([undefined, undefined]);
    expect([(await get(true)).value, (await list(true))?.value]).toEqual([value, value]);
    expect([(await get()).tags, (await list())?.tags]).toEqual([{}, undefined]);
  });

  test('is found by the beginning of its name, the newest first', async () => {
    await createKey({ name: 'find-1' });
    await createKey({ name: 'find-2' });
    const names = async (nameQuery: string) => {
      const { items = [] } = await gateway.client.send(new GetApiKeysCommand({ nameQuery }));
      return items.map(({ name }) => name);
    };

    expect(await names('find-')).toEqual(['find-2', 'find-1']);
    expect(await names('FIND-')).toEqual([]);
    expect(await names('ind-')).toEqual([]);
  });

  test('is patched in four settings', async () => {
    const { id: apiKey } = await createKey();
    const update = (patch: PatchOperation) =>
      gateway.client.send(new UpdateApiKeyCommand({ apiKey, patchOperations: [patch] }));

    const updated = await update({ op: 'replace', path: '/enabled', value: 'true' });

    expect(membersOf(updated)).toMatchObject({ enabled: true, tags: {} });
    expect(updated.value).toBeUndefined();
    expect(await failureOf(update({ op: 'replace', path: '/id', value: 'x' }))).toEqual(
      badRequest(
        "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]",
      ),
    );
  });

  test('leaves its plans when it is deleted', async () => {
    const [{ id: apiKey }, { id: usagePlanId }] = [await createKey(), await createPlan()];
    await attach(usagePlanId, apiKey);
    const remove = () => gateway.client.send(new DeleteApiKeyCommand({ apiKey }));

    expect((await remove()).$metadata.httpStatusCode).toBe(202);
    expect((await gateway.client.send(new GetUsagePlanKeysCommand({ usagePlanId }))).items).toEqual([]);
    expect(await failureOf(remove())).toEqual(notFound('Invalid API Key identifier specified'));
  });
});

describe('a usage plan', () => {
  test('has what it was given, and its stages', async () => {
    const api = await deployedApi();
    const answer = await createPlan({
      apiStages: [stageOf(api)],
      throttle: { rateLimit: 100, burstLimit: 20 },
      quota: { limit: 10, period: 'DAY' },
    });

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{6}$/),
      name: 'plan',
      apiStages: [stageOf(api)],
      throttle: { rateLimit: 100, burstLimit: 20 },
      quota: { limit: 10, offset: 0, period: 'DAY' },
    });
    expect(membersOf(await createPlan())).toEqual({ id: expect.anything(), name: 'plan', apiStages: [] });
  });

  test('shows tags in get and update always, in create and list when there are any', async () => {
    const { id, tags } = await createPlan();
    const { items = [] } = await gateway.client.send(new GetUsagePlansCommand({ limit: 500 }));

    expect([tags, (await getPlan(id)).tags, (await updatePlan(id)).tags]).toEqual([undefined, {}, {}]);
    expect(items.find((plan) => plan.id === id)?.tags).toBeUndefined();
  });

  test('is refused with a stage that does not exist', async () => {
    const { restApiId } = await deployedApi();

    expect(await failureOf(createPlan({ apiStages: [{ apiId: restApiId, stage: 'nope' }] }))).toEqual(
      notFound(`API Stage not found: ${restApiId}:nope`),
    );
    expect(await failureOf(createPlan({ apiStages: [{ apiId: restApiId }] }))).toEqual(
      badRequest('Invalid API Stage {api: %s, stage: %s} specified for usageplan %s'),
    );
  });

  test('takes stages in and out, and refuses what is not there', async () => {
    const api = await deployedApi();
    const { id = '' } = await createPlan();
    const value = `${api.restApiId}:test`;

    const added = await updatePlan(id, { op: 'add', path: '/apiStages', value });
    const twice = await failureOf(updatePlan(id, { op: 'add', path: '/apiStages', value }));
    const removed = await updatePlan(id, { op: 'remove', path: '/apiStages', value });
    const gone = await failureOf(updatePlan(id, { op: 'remove', path: '/apiStages', value }));
    const valueless = await failureOf(updatePlan(id, { op: 'remove', path: '/apiStages' }));
    const inPath = await failureOf(updatePlan(id, { op: 'remove', path: `/apiStages/${value}` }));

    expect([added.apiStages, removed.apiStages]).toEqual([[stageOf(api)], []]);
    expect(twice.code).toBe('ConflictException');
    expect(gone).toEqual(
      notFound(`Invalid API Stage {api: ${api.restApiId}, stage: test} specified for usageplan ${id}`),
    );
    expect(valueless).toEqual(badRequest('Invalid API Stage specified'));
    expect(inPath.message).toMatch(
      /^Invalid patch path {2}'\/apiStages\/\w+:test' specified for op 'remove'\. Must be one of: \[\/apiStages, \/quota,/,
    );
  });

  test('takes limits one by one, and gives them up together', async () => {
    const { id } = await createPlan();

    const limited = await updatePlan(
      id,
      { op: 'replace', path: '/throttle/burstLimit', value: '100' },
      { op: 'replace', path: '/throttle/rateLimit', value: '200' },
      { op: 'replace', path: '/quota/limit', value: '7' },
      { op: 'replace', path: '/quota/period', value: 'WEEK' },
    );
    const free = await updatePlan(id, { op: 'remove', path: '/throttle' }, { op: 'remove', path: '/quota' });

    expect(membersOf(limited)).toMatchObject({
      throttle: { burstLimit: 100, rateLimit: 200 },
      quota: { limit: 7, offset: 0, period: 'WEEK' },
    });
    expect([free.throttle, free.quota]).toEqual([undefined, undefined]);
    expect(
      (await failureOf(updatePlan(id, { op: 'replace', path: '/quota/period', value: 'DAY' }))).status,
    ).toBe(400);
    expect((await failureOf(updatePlan(id, { op: 'copy', path: '/name', value: 'x' }))).message).toBe(
      "Invalid patch path  '/name' specified for op 'copy'. Please choose supported operations",
    );
  });

  test('cannot be deleted with a stage, and can when the stage or the API is gone', async () => {
    const [one, other] = [await deployedApi(), await deployedApi()];
    const { id: usagePlanId = '' } = await createPlan({ apiStages: [stageOf(one), stageOf(other)] });
    const remove = () => gateway.client.send(new DeleteUsagePlanCommand({ usagePlanId }));

    expect(await failureOf(remove())).toEqual(
      badRequest(
        `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${one.restApiId}:test`,
      ),
    );
    await gateway.client.send(new DeleteStageCommand({ restApiId: one.restApiId, stageName: 'test' }));
    expect((await getPlan(usagePlanId)).apiStages).toEqual([stageOf(other)]);
    await gateway.client.send(new DeleteRestApiCommand({ restApiId: other.restApiId }));
    expect((await remove()).$metadata.httpStatusCode).toBe(202);
    expect(await failureOf(remove())).toEqual(notFound('Invalid Usage Plan ID specified'));
  });
});

describe('a key of a plan', () => {
  test('is shown with its value, the newest first', async () => {
    const [one, two] = [await createKey({ name: 'plan-one' }), await createKey({ name: 'plan-two' })];
    const { id: usagePlanId } = await createPlan();
    const answer = await attach(usagePlanId, one.id);
    await attach(usagePlanId, two.id);
    const shown = ({ id, name, value }: typeof one) => ({ id, name, value, type: 'API_KEY' });

    const list = await gateway.client.send(new GetUsagePlanKeysCommand({ usagePlanId }));
    const prefixed = await gateway.client.send(
      new GetUsagePlanKeysCommand({ usagePlanId, nameQuery: 'plan-o' }),
    );
    const got = await gateway.client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId: one.id }));
    const plans = await gateway.client.send(new GetUsagePlansCommand({ keyId: one.id }));

    expect(answer.$metadata.httpStatusCode).toBe(201);
    expect(membersOf(answer)).toEqual(shown(one));
    expect(list.items).toEqual([shown(two), shown(one)]);
    expect(prefixed.items).toEqual([shown(one)]);
    expect(membersOf(got)).toEqual(shown(one));
    expect(plans.items?.map(({ id }) => id)).toEqual([usagePlanId]);
  });

  test('joins once, and one plan for each stage', async () => {
    const api = await deployedApi();
    const { id: keyId } = await createKey();
    const [one, other] = [
      await createPlan({ apiStages: [stageOf(api)] }),
      await createPlan({ apiStages: [stageOf(api)] }),
    ];
    await attach(one.id, keyId);

    const failures = [await failureOf(attach(one.id, keyId)), await failureOf(attach(other.id, keyId))];

    expect(failures.map(({ code }) => code)).toEqual(['ConflictException', 'ConflictException']);
  });

  test('and a plan that is unknown has an empty list', async () => {
    expect((await gateway.client.send(new GetUsagePlanKeysCommand({ usagePlanId: 'bad-id' }))).items).toEqual(
      [],
    );
    expect(await failureOf(attach('bad-id', 'x'))).toEqual(notFound('Invalid Usage Plan ID specified'));
    expect(await failureOf(attach((await createPlan()).id, 'x'))).toEqual(
      notFound('Invalid API Key identifier specified'),
    );
  });

  test('leaves, once', async () => {
    const [{ id: keyId }, { id: usagePlanId }] = [await createKey(), await createPlan()];
    await attach(usagePlanId, keyId);
    const detach = () => gateway.client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));

    expect((await detach()).$metadata.httpStatusCode).toBe(202);
    expect(await failureOf(detach())).toEqual(notFound('Invalid Usage Plan ID specified'));
    const usage = { usagePlanId, keyId, startDate: '2026-11-22', endDate: '2026-11-23' };
    expect(await failureOf(gateway.client.send(new GetUsageCommand(usage)))).toEqual(
      notFound('Invalid Key identifier specified'),
    );
  });
});
