/** Step 9: the API key, with a value that AWS makes up. */
import {
  CreateApiKeyCommand,
  DeleteApiKeyCommand,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
  type ApiKey,
  type PatchOperation,
} from '@aws-sdk/client-api-gateway';
import { ifThere } from '../../aws/errors.js';
import { chooseWinner, makeOnce } from '../../aws/make-once.js';
import { sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { LabError } from '../../lab-error.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { defineStep, type Things } from '../step.js';

export const key = defineStep({
  number: 9,
  id: 'key',
  title: 'Create the API key',
  console: 'API Gateway > API keys > Create API key',
  name: ({ lab }) => lab.key.name,
  reads: [],
  needs: [],

  inspect: async (env) => {
    const { ours, byHand } = await listKeys(env);
    const winner = await chooseWinner(ours, isInPlan);
    if (winner) {
      const differences = compare(wanted(env), settingsOf(winner));
      return { state: 'ours', thing: thingFrom(winner, ours), differences };
    }
    if (byHand.length === 0) return { state: 'missing' };
    const [only, another] = byHand;
    const single = another === undefined ? only : undefined;
    return {
      state: 'by-hand',
      thing: single && thingFrom(single, []),
      differences: single ? compare(wanted(env), settingsOf(single)) : [],
      strangers: byHand.map(({ name = '', id = '' }) => ({ what: `API key ${name} (${id})` })),
    };
  },

  ensure: async (env, { found }) => {
    if (found.state === 'missing' || found.state === 'going') {
      const made = await create(env);
      return { thing: thingFrom(made, [made]), outcome: 'created' };
    }
    await repair(env, found.thing.id, found.differences);
    return { thing: found.thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  remove: async (env, { thing }) => {
    for (const apiKey of thing.ids) {
      await ifThere(env.aws.apiGateway.send(new DeleteApiKeyCommand({ apiKey })));
    }
    return { outcome: 'removed' };
  },
});

const wanted = (env: StepEnv): Settings => ({ name: env.lab.key.name, enabled: true });

const settingsOf = (each: ApiKey): Settings => ({ name: each.name, enabled: each.enabled ?? false });

function thingFrom(used: ApiKey, all: readonly ApiKey[]): Things['key'] {
  if (used.id === undefined) throw new LabError('failed', 'API Gateway described an API key without an id.');
  return { id: used.id, ids: all.flatMap(({ id }) => id ?? []) };
}

/** Without values: nobody here needs those of the other keys of the account. */
async function listKeys(env: StepEnv): Promise<{ ours: ApiKey[]; byHand: ApiKey[] }> {
  const client = env.aws.apiGateway;
  const all = await collect(
    paginateGetApiKeys({ client, pageSize: API_GATEWAY_PAGE }, { includeValues: false }),
    (page) => page.items,
  );
  return sortOut(all, { lab: env.lab.name, hasName: (name) => name === env.lab.key.name });
}

const isInPlan = (each: ApiKey): Promise<boolean> => Promise.resolve((each.stageKeys ?? []).length > 0);

function create(env: StepEnv): Promise<ApiKey> {
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
    isUsed: isInPlan,
    remove: ({ id: apiKey }) => ifThere(env.aws.apiGateway.send(new DeleteApiKeyCommand({ apiKey }))),
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
