import * as v from 'valibot';
import type { Operation } from '../service.js';
import { canaryInput, newCanary, type CanaryInput } from './canary.js';
import { badRequest, conflict, limitExceeded, stageNotFound } from './errors.js';
import { gatewayOperation } from './operation.js';
import { patchOperations } from './patch.js';
import { findRestApi } from './rest-apis.js';
import { query, restApiPath, tags, text, textMap } from './schemas.js';
import { checkVariables, patchStage } from './stage-patch.js';
import { keyOf, seconds, without, type Gateway, type Stage } from './state.js';
import { dropApiStages } from './usage-plans.js';

const MAX_STAGES = 10;

const stagePath = { ...restApiPath, stageName: v.string() };

export function stageOperations(gateway: Gateway): Operation[] {
  const { stages } = gateway;
  return [
    gatewayOperation({
      name: 'CreateStage',
      route: 'POST /restapis/:restApiId/stages',
      status: 201,
      input: v.object({
        ...restApiPath,
        stageName: text(128),
        deploymentId: text(64),
        description: v.optional(text()),
        cacheClusterEnabled: v.optional(v.boolean()),
        cacheClusterSize: v.optional(text(16)),
        variables: v.optional(textMap),
        documentationVersion: v.optional(text(64)),
        canarySettings: v.optional(canaryInput),
        tracingEnabled: v.optional(v.boolean()),
        tags: v.optional(tags),
      }),
      run: ({ restApiId, ...given }) => {
        findRestApi(gateway, restApiId);
        return describeStage(createStage(gateway, { apiId: restApiId, ...given }));
      },
    }),
    gatewayOperation({
      name: 'GetStage',
      route: 'GET /restapis/:restApiId/stages/:stageName',
      input: v.object(stagePath),
      run: ({ restApiId, stageName }) => describeStage(findStage(gateway, restApiId, stageName)),
    }),
    gatewayOperation({
      name: 'GetStages',
      route: 'GET /restapis/:restApiId/stages',
      input: v.object({ ...restApiPath, deploymentId: query }),
      run: ({ restApiId, deploymentId }) => {
        findRestApi(gateway, restApiId);
        const wanted = stagesOf(gateway, restApiId).filter(
          (stage) => deploymentId === undefined || stage.deploymentId === deploymentId,
        );
        return { item: wanted.map(describeStage) };
      },
    }),
    gatewayOperation({
      name: 'UpdateStage',
      route: 'PATCH /restapis/:restApiId/stages/:stageName',
      input: v.object({ ...stagePath, patchOperations }),
      run: ({ restApiId, stageName, patchOperations: patches }) => {
        const patched = patches.reduce(patchStage, findStage(gateway, restApiId, stageName));
        checkDeployments(gateway, patched);
        const stage = { ...patched, lastUpdatedAt: gateway.stamp() };
        stages.put(keyOf(restApiId, stageName), stage);
        return describeStage(stage);
      },
    }),
    gatewayOperation({
      name: 'DeleteStage',
      route: 'DELETE /restapis/:restApiId/stages/:stageName',
      status: 202,
      input: v.object(stagePath),
      run: ({ restApiId, stageName }) => {
        findStage(gateway, restApiId, stageName);
        stages.delete(keyOf(restApiId, stageName));
        // Deleting is allowed and takes the stage out of its plans (aws-facts 6.7).
        dropApiStages(gateway, ({ apiId, stage }) => apiId === restApiId && stage === stageName);
      },
    }),
  ];
}

/** What CreateStage, or CreateDeployment with a stage name, says of a stage. */
interface StageSettings {
  readonly apiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string | undefined;
  readonly cacheClusterEnabled?: boolean | undefined;
  readonly cacheClusterSize?: string | undefined;
  readonly variables?: Record<string, string> | undefined;
  readonly canarySettings?: CanaryInput | undefined;
  readonly documentationVersion?: string | undefined;
  readonly tracingEnabled?: boolean | undefined;
  readonly tags?: Record<string, string> | undefined;
}

/** @throws AwsError when there cannot be such a stage beside those that the API has. */
export function checkNewStage(gateway: Gateway, apiId: string, stageName: string): void {
  if (!/^[\w-]{1,128}$/.test(stageName)) throw badRequest('Stage name only allows a-zA-Z0-9-_');
  if (gateway.stages.get(keyOf(apiId, stageName))) throw conflict('Stage already exists');
  if (stagesOf(gateway, apiId).length >= MAX_STAGES) {
    throw limitExceeded(`Maximum number of stages for this API has been reached: ${MAX_STAGES}`);
  }
}

/** @throws AwsError when there cannot be such a stage, or such variables, or the deployment is unknown. */
export function createStage(gateway: Gateway, settings: StageSettings): Stage {
  const { apiId, stageName } = settings;
  checkNewStage(gateway, apiId, stageName);
  checkVariables(settings.variables);
  const canarySettings = settings.canarySettings && newCanary(settings.canarySettings, settings.deploymentId);
  checkDeployments(gateway, { ...settings, canarySettings });
  const createdAt = gateway.stamp();
  const stage = {
    ...settings,
    canarySettings,
    cacheClusterEnabled: settings.cacheClusterEnabled ?? false,
    tracingEnabled: settings.tracingEnabled ?? false,
    createdAt,
    lastUpdatedAt: createdAt,
    methodSettings: {},
    tags: settings.tags ?? {},
  };
  gateway.stages.put(keyOf(apiId, stageName), stage);
  return stage;
}

/** Lets an existing stage serve another deployment; false when there is no such stage. */
export function redeployStage(gateway: Gateway, settings: StageSettings): boolean {
  const key = keyOf(settings.apiId, settings.stageName);
  const stage = gateway.stages.get(key);
  if (!stage) return false;
  const { canarySettings, ...others } = settings;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  // A canary's deployment leaves alone what the stage itself serves (recorded: test_create_canary_deployment).
  const change = canarySettings
    ? {
        canarySettings: newCanary(
          { ...canarySettings, deploymentId: settings.deploymentId },
          stage.deploymentId,
        ),
      }
    : given;
  gateway.stages.put(key, { ...stage, ...change, lastUpdatedAt: gateway.stamp() });
  return true;
}

/** @throws AwsError NotFoundException */
export function findStage({ stages }: Gateway, restApiId: string, stageName: string): Stage {
  const stage = stages.get(keyOf(restApiId, stageName));
  if (!stage) throw stageNotFound();
  return stage;
}

/** An API's stages, oldest first. */
export const stagesOf = ({ stages }: Gateway, restApiId: string): Stage[] =>
  stages
    .values()
    .filter(({ apiId }) => apiId === restApiId)
    .sort((a, b) => a.createdAt - b.createdAt);

/** The deployments that a stage points to: its own and its canary's. */
export const deploymentsOf = ({
  deploymentId,
  canarySettings,
}: Pick<Stage, 'deploymentId' | 'canarySettings'>): string[] => [
  deploymentId,
  ...(canarySettings ? [canarySettings.deploymentId] : []),
];

function checkDeployments(
  { deployments }: Gateway,
  stage: Pick<Stage, 'apiId' | 'deploymentId' | 'canarySettings'>,
): void {
  if (deploymentsOf(stage).some((id) => !deployments.get(keyOf(stage.apiId, id)))) {
    throw badRequest('Deployment id does not exist');
  }
}

function describeStage(stage: Stage): object {
  const { createdAt, lastUpdatedAt, tags: given, cacheClusterEnabled, cacheClusterSize } = stage;
  return {
    ...without(stage, 'apiId', 'createdAt', 'lastUpdatedAt', 'tags'),
    cacheClusterStatus: cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE',
    // The smallest is what AWS takes when no size is named; here it is only a word, nothing is cached.
    ...(cacheClusterEnabled && { cacheClusterSize: cacheClusterSize ?? '0.5' }),
    createdDate: seconds(createdAt),
    lastUpdatedDate: seconds(lastUpdatedAt),
    ...(Object.keys(given).length > 0 && { tags: given }),
  };
}
