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
import { chooseWinner, makeOnce } from '../../aws/make-once.js';
import { sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE, collect } from '../../aws/paginate.js';
import { LabError } from '../../lab-error.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { defineStep, type Things } from '../step.js';

export const api = defineStep({
  number: 4,
  id: 'api',
  title: 'Create the API',
  console: 'API Gateway > Create API > REST API > Build',
  name: ({ lab }) => lab.api.name,
  reads: [],
  needs: [],

  inspect: async (env) => {
    const { ours, byHand } = await listApis(env);
    const winner = await chooseWinner(ours, (each) => hasStage(env, each));
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
      strangers: byHand.map(({ name = '', id = '' }) => ({ what: `REST API ${name} (${id})` })),
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
    for (const restApiId of thing.ids) {
      await ifThere(env.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId })));
    }
    return { outcome: 'removed' };
  },
});

const wanted = (env: StepEnv): Settings => ({ name: env.lab.api.name, 'endpoint type': 'REGIONAL' });

const settingsOf = (each: RestApi): Settings => ({
  name: each.name,
  'endpoint type': each.endpointConfiguration?.types?.[0],
});

function thingFrom(used: RestApi, all: readonly RestApi[]): Things['api'] {
  if (used.id === undefined) throw new LabError('failed', 'API Gateway described a REST API without an id.');
  return { id: used.id, ids: all.flatMap(({ id }) => id ?? []), rootResourceId: used.rootResourceId };
}

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

function create(env: StepEnv): Promise<RestApi> {
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
    remove: ({ id: restApiId }) => ifThere(env.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId }))),
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
