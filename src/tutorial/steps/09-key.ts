/** Step 9: the API key, with a value that AWS makes up. */
import {
  CreateApiKeyCommand,
  DeleteApiKeyCommand,
  GetUsagePlansCommand,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
  type ApiKey,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { ifThere } from '../../aws/errors.js';
import { makeOnce } from '../../aws/make-once.js';
import { sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { defineStep } from '../step.js';
import { foundAmong, idsOf, isStillTheOne } from '../tagged.js';

export const key = defineStep({
  number: 9,
  id: 'key',
  title: 'Create the API key',
  console: 'API Gateway > API keys > Create API key',
  name: ({ lab }) => lab.key.name,
  reads: [],
  needs: [],

  inspect: async (env) =>
    foundAmong(await listKeys(env), {
      kind: 'API key',
      isUsed: (each) => isInPlan(env, each),
      thingFrom: idsOf,
      differences: (each) => compare(wanted(env), settingsOf(each)),
    }),

  ensure: async (env, { found }) => {
    if (found.state === 'missing' || found.state === 'going') {
      const { thing, mine } = await create(env);
      return { thing: idsOf(thing, [thing]), outcome: mine ? 'created' : 'unchanged' };
    }
    await repair(env, found.thing.id, found.differences);
    return { thing: found.thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  lastLook: (env, thing) =>
    isStillTheOne(env, thing, {
      list: async () => (await listKeys(env)).ours,
      isUsed: (each) => isInPlan(env, each),
      remove: (id) => deleteKey(env, id),
    }),

  remove: async (env, { thing }) => {
    for (const apiKey of thing?.ids ?? []) {
      await deleteKey(env, apiKey);
    }
    return { outcome: 'removed' };
  },
});

const wanted = (env: StepEnv): Settings => ({ name: env.lab.key.name, enabled: true });

const settingsOf = (each: ApiKey): Settings => ({ name: each.name, enabled: each.enabled ?? false });

/** Without values: nobody here needs those of the other keys of the account. */
async function listKeys(env: StepEnv): Promise<{ ours: ApiKey[]; byHand: ApiKey[] }> {
  const client = env.aws.apiGateway;
  const all = await collect(
    paginateGetApiKeys({ client, pageSize: API_GATEWAY_PAGE }, { includeValues: false }),
    (page) => page.items,
  );
  return sortOut(all, { lab: env.lab.name, hasName: (name) => name === env.lab.key.name });
}

async function isInPlan(env: StepEnv, { id: keyId }: ApiKey): Promise<boolean> {
  const { items = [] } = await env.aws.apiGateway.send(new GetUsagePlansCommand({ keyId }));
  return items.length > 0;
}

async function deleteKey(env: StepEnv, apiKey: string): Promise<void> {
  await ifThere(env.aws.apiGateway.send(new DeleteApiKeyCommand({ apiKey })));
}

function create(env: StepEnv): ReturnType<typeof makeOnce<ApiKey>> {
  return makeOnce(env.waiting, {
    create: () =>
      env.aws.apiGatewayOnce.send(
        new CreateApiKeyCommand({
          name: env.lab.key.name,
          description: 'The key of the lab-setup tutorial',
          // A key is disabled unless one says otherwise (aws-facts 6.8).
          enabled: true,
          tags: { ...env.lab.tags },
        }),
      ),
    list: async () => (await listKeys(env)).ours,
    isUsed: (each) => isInPlan(env, each),
    remove: ({ id = '' }) => deleteKey(env, id),
  });
}

async function repair(env: StepEnv, apiKey: string, differences: readonly Difference[]): Promise<void> {
  const patchOperations = differences.map(({ setting, expected }): PatchOperation => ({
    op: 'replace',
    path: `/${setting}`,
    value: String(expected),
  }));
  if (patchOperations.length === 0) return;
  await env.aws.apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
}
