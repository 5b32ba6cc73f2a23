/** Step 4: the REST API. Its name is not unique in AWS, so it is told by its tag. */
import {
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetStagesCommand,
  paginateGetRestApis,
  UpdateRestApiCommand,
  type PatchOperation,
  type RestApi,
  type Stage,
} from '@aws-sdk/client-api-gateway';
import { ifThere } from '../../aws/errors.js';
import { belongsTo, sortOut } from '../../aws/ownership.js';
import { API_GATEWAY_PAGE } from '../../aws/paginate.js';
import { compare, type Difference, type Settings } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { adoptAt } from '../gateway-tags.js';
import { createRestApi } from '../requests.js';
import { isStageOf } from '../lab.js';
import { defineStep, type Removed, type Things } from '../step.js';
import { ensureTagged, foundAmong, isAgreedOn, isStillTheOne, type Kind, type Tagged } from '../tagged.js';

export const api = defineStep({
  number: 4,
  id: 'api',
  title: 'Create the API',
  console: 'API Gateway > Create API > REST API > Build',
  name: ({ lab }) => lab.api.name,
  reads: [],
  needs: [],

  inspect: (env) =>
    foundAmong(env, APIS, (each, tagged) => ({
      thing: thingFrom(each, tagged),
      differences: compare(wanted(env), settingsOf(env, each)),
    })),

  ensure: (env, { found }) =>
    ensureTagged(env, APIS, found, {
      create: () => create(env),
      thingFrom,
      repair: (id, differences) => repair(env, id, differences),
    }),

  adopt: (env, { id }) => adoptAt(env, `/restapis/${id}`),

  agree: (env, made) => isAgreedOn(env, APIS, made),

  lastLook: (env, thing) => isStillTheOne(env, APIS, thing),

  remove: async (env, { thing }) => {
    let kept: Removed | undefined;
    for (const restApiId of thing?.ids ?? []) {
      const byHand = await stageByHand(env, restApiId);
      if (byHand === undefined) await deleteApi(env, restApiId);
      else kept = { outcome: 'kept', remark: `the stage ${byHand} on it was made by hand` };
    }
    return kept ?? { outcome: 'removed' };
  },
});

const wanted = (env: Unplaced): Settings => ({ name: env.lab.api.name, 'endpoint type': 'REGIONAL' });

function settingsOf(env: Unplaced, each: RestApi): Settings {
  const type = each.endpointConfiguration?.types?.[0];
  // By hand either kind that the internet reaches will do: which one the console offers first has changed.
  const reached = type === 'EDGE' && !belongsTo(each.tags, env.lab.name) ? 'REGIONAL' : type;
  return { name: each.name, 'endpoint type': reached };
}

const thingFrom = (used: RestApi, tagged: Tagged): Things['api'] => ({
  ...tagged,
  rootResourceId: used.rootResourceId,
});

function listApis({ aws, lab }: Unplaced): Promise<{ ours: RestApi[]; byHand: RestApi[] }> {
  const pages = paginateGetRestApis({ client: aws.apiGateway, pageSize: API_GATEWAY_PAGE }, {});
  const hasName = (name: string): boolean => name === lab.api.name;
  return sortOut(pages, (page) => page.items, { lab: lab.name, hasName });
}

async function listStages(env: Unplaced, restApiId = ''): Promise<Stage[]> {
  const answer = await ifThere(env.aws.apiGateway.send(new GetStagesCommand({ restApiId })));
  return answer?.item ?? [];
}

const hasStage = async (env: Unplaced, { id }: { id?: string | undefined }): Promise<boolean> =>
  (await listStages(env, id)).length > 0;

/** A stage of the lab's name that somebody else made: it would go with the API. Ours has gone before. */
async function stageByHand(env: Unplaced, restApiId: string): Promise<string | undefined> {
  const stages = await listStages(env, restApiId);
  return stages.find(({ stageName, tags }) => isStageOf(env.lab, stageName) && !belongsTo(tags, env.lab.name))
    ?.stageName;
}

async function deleteApi(env: Unplaced, restApiId: string): Promise<void> {
  await ifThere(env.aws.apiGateway.send(new DeleteRestApiCommand({ restApiId })));
}

/** An API with a stage is one that a run went on with. */
const APIS: Kind<RestApi> = { noun: 'REST API', list: listApis, isUsed: hasStage, remove: deleteApi };

const create = (env: StepEnv): Promise<RestApi> =>
  env.aws.apiGatewayOnce.send(new CreateRestApiCommand(createRestApi(env.lab)));

async function repair(env: StepEnv, restApiId: string, differences: readonly Difference[]): Promise<void> {
  const operations: Record<string, (actual: unknown) => PatchOperation> = {
    name: () => ({ op: 'replace', path: '/name', value: env.lab.api.name }),
    'endpoint type': (actual) => ({
      op: 'replace',
      path: `/endpointConfiguration/types/${String(actual)}`,
      value: 'REGIONAL',
    }),
  };
  const patchOperations = differences.flatMap(({ setting, actual }) => operations[setting]?.(actual) ?? []);
  if (patchOperations.length === 0) return;
  await env.aws.apiGateway.send(new UpdateRestApiCommand({ restApiId, patchOperations }));
}
