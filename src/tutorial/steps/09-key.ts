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
import { sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE } from '../../aws/paginate.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { adoptAt } from '../gateway-tags.js';
import { createApiKey } from '../requests.js';
import { defineStep } from '../step.js';
import { ensureTagged, foundAmong, isAgreedOn, isStillTheOne, type Kind, type Tagged } from '../tagged.js';

export const key = defineStep({
  number: 9,
  id: 'key',
  title: 'Create the API key',
  console: 'API Gateway > API keys > Create API key',
  name: ({ lab }) => lab.key.name,
  reads: [],
  needs: [],

  inspect: (env) =>
    foundAmong(env, KEYS, (each, tagged) => ({
      thing: thingFrom(each, tagged),
      differences: compare(wanted(env), settingsOf(each)),
    })),

  ensure: (env, { found }) =>
    ensureTagged(env, KEYS, found, {
      create: () => create(env),
      thingFrom,
      repair: (id, differences) => repair(env, id, differences),
    }),

  adopt: (env, { id }) => adoptAt(env, `/apikeys/${id}`),

  agree: (env, made) => isAgreedOn(env, KEYS, made),

  lastLook: (env, thing) => isStillTheOne(env, KEYS, thing),

  remove: async (env, { thing }) => {
    for (const apiKey of thing?.ids ?? []) {
      await deleteKey(env, apiKey);
    }
    return { outcome: 'removed' };
  },
});

const wanted = (env: Unplaced): Settings => ({ name: env.lab.key.name, enabled: true });

const settingsOf = (each: ApiKey): Settings => ({ name: each.name, enabled: each.enabled ?? false });

/** Without values: nobody here needs those of the other keys of the account. */
function listKeys({ aws, lab }: Unplaced): Promise<{ ours: ApiKey[]; byHand: ApiKey[] }> {
  const paging = { client: aws.apiGateway, pageSize: API_GATEWAY_PAGE };
  const pages = paginateGetApiKeys(paging, { includeValues: false });
  const hasName = (name: string): boolean => name === lab.key.name;
  return sortOut(pages, (page) => page.items, { lab: lab.name, hasName });
}

async function isInPlan(env: Unplaced, { id: keyId }: { id?: string | undefined }): Promise<boolean> {
  const { items = [] } = await env.aws.apiGateway.send(new GetUsagePlansCommand({ keyId }));
  return items.length > 0;
}

async function deleteKey(env: Unplaced, apiKey: string): Promise<void> {
  await ifThere(env.aws.apiGateway.send(new DeleteApiKeyCommand({ apiKey })));
}

/** A key that is in a plan is one that a run went on with. */
const KEYS: Kind<ApiKey> = { noun: 'API key', list: listKeys, isUsed: isInPlan, remove: deleteKey };

const thingFrom = (_: ApiKey, tagged: Tagged): Tagged => tagged;

const create = (env: StepEnv): Promise<ApiKey> =>
  env.aws.apiGatewayOnce.send(new CreateApiKeyCommand(createApiKey(env.lab)));

async function repair(env: StepEnv, apiKey: string, differences: readonly Difference[]): Promise<void> {
  const operations: Record<string, PatchOperation> = {
    name: { op: 'replace', path: '/name', value: env.lab.key.name },
    enabled: { op: 'replace', path: '/enabled', value: 'true' },
  };
  const patchOperations = differences.flatMap(({ setting }) => operations[setting] ?? []);
  if (patchOperations.length === 0) return;
  await env.aws.apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
}
