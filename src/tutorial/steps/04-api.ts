/** Step 4: the REST API. Its name is not unique in AWS, so it is told by its tag. */
import {
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetStagesCommand,
  paginateGetRestApis,
  UpdateRestApiCommand,
  type PatchOperation,
  type RestApi,
} from '@aws-sdk/client-api-gateway';
import { ifThere } from '../../aws/errors.js';
import { makeOnce } from '../../aws/make-once.js';
import { sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { defineStep, type Things } from '../step.js';
import { foundAmong, idsOf, isStillTheOne } from '../tagged.js';

export const api = defineStep({
  number: 4,
  id: 'api',
  title: 'Create the API',
  console: 'API Gateway > Create API > REST API > Build',
  name: ({ lab }) => lab.api.name,
  reads: [],
  needs: [],

  inspect: async (env) =>
    foundAmong(await listApis(env), {
      kind: 'REST API',
      isUsed: (each) => hasStage(env, each),
      thingFrom,
      differences: (each) => compare(wanted(env), settingsOf(each)),
    }),

  ensure: async (env, { found }) => {
    if (found.state === 'missing' || found.state === 'going') {
      const { thing, mine } = await create(env);
      return { thing: thingFrom(thing, [thing]), outcome: mine ? 'created' : 'unchanged' };
    }
    await repair(env, found.thing.id, found.differences);
    return { thing: found.thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  lastLook: (env, thing) =>
    isStillTheOne(env, thing, {
      list: async () => (await listApis(env)).ours,
      isUsed: (each) => hasStage(env, each),
      remove: (id) => deleteApi(env, id),
    }),

  remove: async (env, { thing }) => {
    for (const restApiId of thing?.ids ?? []) {
      await deleteApi(env, restApiId);
    }
    return { outcome: 'removed' };
  },
});

const wanted = (env: StepEnv): Settings => ({ name: env.lab.api.name, 'endpoint type': 'REGIONAL' });

const settingsOf = (each: RestApi): Settings => ({
  name: each.name,
  'endpoint type': each.endpointConfiguration?.types?.[0],
});

const thingFrom = (used: RestApi, ours: readonly RestApi[]): Things['api'] => ({
  ...idsOf(used, ours),
  rootResourceId: used.rootResourceId,
});

async function listApis(env: StepEnv): Promise<{ ours: RestApi[]; byHand: RestApi[] }> {
  const client = env.aws.apiGateway;
  const all = await collect(
    paginateGetRestApis({ client, pageSize: API_GATEWAY_PAGE }, {}),
    (page) => page.items,
  );
  return sortOut(all, { lab: env.lab.name, hasName: (name) => name === env.lab.api.name });
}

async function hasStage(env: StepEnv, { id: restApiId }: RestApi): Promise<boolean> {
  const answer = await ifThere(env.aws.apiGateway.send(new GetStagesCommand({ restApiId })));
  return (answer?.item ?? []).length > 0;
}

async function deleteApi(env: StepEnv, restApiId: string): Promise<void> {
  await ifThere(env.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId })));
}

function create(env: StepEnv): ReturnType<typeof makeOnce<RestApi>> {
  return makeOnce(env.waiting, {
    create: () =>
      env.aws.apiGatewayOnce.send(
        new CreateRestApiCommand({
          name: env.lab.api.name,
          description: 'The API of the lab-setup tutorial',
          endpointConfiguration: { types: ['REGIONAL'] },
          tags: { ...env.lab.tags },
        }),
      ),
    list: async () => (await listApis(env)).ours,
    isUsed: (each) => hasStage(env, each),
    remove: ({ id = '' }) => deleteApi(env, id),
  });
}

async function repair(env: StepEnv, restApiId: string, differences: readonly Difference[]): Promise<void> {
  const patchOperations = differences.map(({ setting, actual }): PatchOperation =>
    setting === 'name'
      ? { op: 'replace', path: '/name', value: env.lab.api.name }
      : { op: 'replace', path: `/endpointConfiguration/types/${String(actual)}`, value: 'REGIONAL' },
  );
  if (patchOperations.length === 0) return;
  await env.aws.apiGateway.send(new UpdateRestApiCommand({ restApiId, patchOperations }));
}
