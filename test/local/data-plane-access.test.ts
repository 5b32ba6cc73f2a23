import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetUsageCommand,
  UpdateApiKeyCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
  type CreateUsagePlanCommandInput,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createTestApi,
  MOCK_200,
  startTestGateway,
  type TestApi,
  type TestGateway,
} from '../_helpers/gateway.js';

let gateway: TestGateway;
let api: TestApi;

beforeAll(async () => {
  gateway = await startTestGateway();
  api = await createTestApi(gateway);
  await api.method({ path: '/locked', httpMethod: 'GET', apiKeyRequired: true, integration: MOCK_200 });
  await api.method({ path: '/open', httpMethod: 'GET', integration: MOCK_200 });
  await api.deploy();
});

afterAll(() => gateway.stop());

interface Key {
  readonly id: string;
  readonly value: string;
}

async function createKey(settings: { enabled?: boolean } = {}): Promise<Key> {
  const { id = '', value = '' } = await gateway.client.send(
    new CreateApiKeyCommand({ enabled: true, ...settings }),
  );
  return { id, value };
}

/** A plan on the stage `test`, with these keys. */
async function createPlan(settings: Partial<CreateUsagePlanCommandInput>, ...keys: Key[]): Promise<string> {
  const { id: usagePlanId = '' } = await gateway.client.send(
    new CreateUsagePlanCommand({
      name: 'plan',
      apiStages: [{ apiId: api.restApiId, stage: 'test' }],
      ...settings,
    }),
  );
  for (const { id: keyId } of keys) {
    await gateway.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  }
  return usagePlanId;
}

const call = (key?: Key, path = '/locked'): Promise<Response> =>
  fetch(api.url(path), key ? { headers: { 'X-API-Key': key.value } } : {});

async function statuses(count: number, key: Key): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await call(key)).status);
  return all;
}

test('an API with a resource policy is not served as if it had none', async () => {
  const other = await createTestApi(gateway);
  await other.method({ path: '/open', httpMethod: 'GET', integration: MOCK_200 });
  const patch = (op: 'replace' | 'remove', value?: string) =>
    gateway.client.send(
      new UpdateRestApiCommand({
        restApiId: other.restApiId,
        patchOperations: [{ op, path: '/policy', value }],
      }),
    );
  const answered = async () => {
    await other.deploy();
    const response = await fetch(other.url('/open'));
    return [response.status, await response.text()];
  };

  await patch('replace', '{"Statement":[]}');
  expect(await answered()).toEqual([
    501,
    '{"message":"The local AWS does not serve APIs with a resource policy."}',
  ]);
  await patch('remove');
  expect(await answered()).toEqual([200, expect.any(String)]);
});

describe('a method that asks for an API key', () => {
  test('refuses a disabled key, without a deployment in between', async () => {
    const key = await createKey();
    await createPlan({}, key);
    const enable = (value: string) =>
      gateway.client.send(
        new UpdateApiKeyCommand({
          apiKey: key.id,
          patchOperations: [{ op: 'replace', path: '/enabled', value }],
        }),
      );

    await enable('false');
    expect((await call(key)).status).toBe(403);
    await enable('true');
    expect((await call(key)).status).toBe(200);
  });
});

describe('a plan', () => {
  test('lets its burst through at once, and then its rate', async () => {
    const key = await createKey();
    await createPlan({ throttle: { burstLimit: 3, rateLimit: 0.1 } }, key);

    expect(await statuses(4, key)).toEqual([200, 200, 200, 429]);
    gateway.pass(10_000);
    expect(await statuses(2, key)).toEqual([200, 429]);
    gateway.pass(200_000);
    expect(await statuses(4, key)).toEqual([200, 200, 200, 429]);
  });

  test('gives each key a bucket of its own', async () => {
    const [one, other] = [await createKey(), await createKey()];
    await createPlan({ throttle: { burstLimit: 1, rateLimit: 0.01 } }, one, other);

    expect([...(await statuses(2, one)), ...(await statuses(2, other))]).toEqual([200, 429, 200, 429]);
  });

  test('can limit one method more than the rest', async () => {
    const key = await createKey();
    const usagePlanId = await createPlan({ throttle: { burstLimit: 100, rateLimit: 100 } }, key);
    const path = `/apiStages/${api.restApiId}:test/throttle/~1locked/GET`;
    await gateway.client.send(
      new UpdateUsagePlanCommand({
        usagePlanId,
        patchOperations: [
          { op: 'replace', path: `${path}/rateLimit`, value: '0.01' },
          { op: 'replace', path: `${path}/burstLimit`, value: '1' },
        ],
      }),
    );

    expect(await statuses(2, key)).toEqual([200, 429]);
  });

  test('does not count for a method that asks for no key', async () => {
    const key = await createKey();
    await createPlan({ throttle: { burstLimit: 0, rateLimit: 0 } }, key);

    expect((await call(key, '/open')).status).toBe(200);
  });

  test('ends at its quota, and begins again with the next period', async () => {
    const key = await createKey();
    const usagePlanId = await createPlan({ quota: { limit: 3, offset: 1, period: 'DAY' } }, key);

    expect(await statuses(2, key)).toEqual([200, 200]);
    const refused = await call(key);
    const today = new Date().toISOString().slice(0, 10);
    const usage = await gateway.client.send(
      new GetUsageCommand({ usagePlanId, keyId: key.id, startDate: today, endDate: today }),
    );
    gateway.pass(86_400_000);
    const tomorrow = await call(key);
    gateway.pass(-86_400_000);

    expect(refused.status).toBe(429);
    expect(usage.items).toEqual({ [key.id]: [[2, 0]] });
    expect(tomorrow.status).toBe(200);
  });
});

test('a stage throttles all callers together', async () => {
  const limit = (value: string) =>
    gateway.client.send(
      new UpdateStageCommand({
        restApiId: api.restApiId,
        stageName: 'test',
        patchOperations: [
          { op: 'replace', path: '/~1open/GET/throttling/burstLimit', value },
          { op: 'replace', path: '/~1open/GET/throttling/rateLimit', value: '0.01' },
        ],
      }),
    );

  await limit('1');
  const answers = [await call(undefined, '/open'), await call(undefined, '/open')];

  expect(answers.map(({ status }) => status)).toEqual([200, 429]);
});
