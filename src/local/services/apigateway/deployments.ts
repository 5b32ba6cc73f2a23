import * as v from 'valibot';
import { lowerId } from '../../ids.js';
import type { Operation } from '../service.js';
import { canaryInput, checkCanary } from './canary.js';
import { badRequest, deploymentNotFound, limitExceeded } from './errors.js';
import { gatewayResponsesOf } from './gateway-responses.js';
import { modelsOf } from './models.js';
import { gatewayOperation } from './operation.js';
import { paginate } from './page.js';
import { optionalText, patchOperations, unsupportedPatch, type PatchOperation } from './patch.js';
import { validatorsOf } from './request-validators.js';
import { resourcesOf } from './resources.js';
import { findRestApi } from './rest-apis.js';
import { query, queryList, restApiPath, text, textMap } from './schemas.js';
import { checkVariables } from './stage-patch.js';
import { checkNewStage, createStage, deploymentsOf, redeployStage, stagesOf } from './stages.js';
import { ageKey, keyOf, seconds, type Deployment, type Gateway, type Resource } from './state.js';

/** Each deployment is a whole copy of its API. */
const MAX_DEPLOYMENTS = 1000;

const deploymentPath = { ...restApiPath, deploymentId: v.string() };

export function deploymentOperations(gateway: Gateway): Operation[] {
  const { deployments } = gateway;
  return [
    gatewayOperation({
      name: 'CreateDeployment',
      route: 'POST /restapis/:restApiId/deployments',
      status: 201,
      input: v.object({
        ...restApiPath,
        stageName: v.optional(text(128)),
        stageDescription: v.optional(text()),
        description: v.optional(text()),
        cacheClusterEnabled: v.optional(v.boolean()),
        cacheClusterSize: v.optional(text(16)),
        variables: v.optional(textMap),
        canarySettings: v.optional(canaryInput),
        tracingEnabled: v.optional(v.boolean()),
      }),
      run: ({ restApiId, stageName, stageDescription, description, ...stageSettings }) => {
        const deployment = newDeployment(gateway, restApiId, description);
        // An empty name is what the CLI and older tools send for "no stage".
        const isNewStage = stageName && !gateway.stages.get(keyOf(restApiId, stageName));
        if (stageSettings.canarySettings) checkCanary(stageSettings.canarySettings, stageName, !isNewStage);
        if (isNewStage) checkNewStage(gateway, restApiId, stageName);
        checkVariables(stageSettings.variables);
        deployments.put(keyOf(restApiId, deployment.id), deployment);
        if (stageName) {
          const stage = {
            ...stageSettings,
            ...(stageDescription !== undefined && { description: stageDescription }),
            apiId: restApiId,
            stageName,
            deploymentId: deployment.id,
          };
          if (!redeployStage(gateway, stage)) createStage(gateway, stage);
        }
        return describeDeployment(deployment, []);
      },
    }),
    gatewayOperation({
      name: 'GetDeployment',
      route: 'GET /restapis/:restApiId/deployments/:deploymentId',
      input: v.object({ ...deploymentPath, embed: queryList }),
      run: ({ restApiId, deploymentId, embed }) =>
        describeDeployment(findDeployment(gateway, restApiId, deploymentId), embed),
    }),
    gatewayOperation({
      name: 'GetDeployments',
      route: 'GET /restapis/:restApiId/deployments',
      input: v.object({ ...restApiPath, limit: query, position: query }),
      run: ({ restApiId, limit, position }) => {
        findRestApi(gateway, restApiId);
        const all = deployments.values().filter(({ apiId }) => apiId === restApiId);
        const page = paginate(all, { sortKey: ageKey, limit, position });
        return { ...page, item: page.item.map((deployment) => describeDeployment(deployment, [])) };
      },
    }),
    gatewayOperation({
      name: 'UpdateDeployment',
      route: 'PATCH /restapis/:restApiId/deployments/:deploymentId',
      input: v.object({ ...deploymentPath, patchOperations }),
      run: ({ restApiId, deploymentId, patchOperations: patches }) => {
        const deployment = patches.reduce(patchDeployment, findDeployment(gateway, restApiId, deploymentId));
        deployments.put(keyOf(restApiId, deploymentId), deployment);
        return describeDeployment(deployment, []);
      },
    }),
    gatewayOperation({
      name: 'DeleteDeployment',
      route: 'DELETE /restapis/:restApiId/deployments/:deploymentId',
      status: 202,
      input: v.object(deploymentPath),
      run: ({ restApiId, deploymentId }) => {
        findDeployment(gateway, restApiId, deploymentId);
        if (stagesOf(gateway, restApiId).some((stage) => deploymentsOf(stage).includes(deploymentId))) {
          throw badRequest('Active stages pointing to this deployment must be moved or deleted');
        }
        deployments.delete(keyOf(restApiId, deploymentId));
      },
    }),
  ];
}

function findDeployment({ deployments }: Gateway, restApiId: string, deploymentId: string): Deployment {
  const deployment = deployments.get(keyOf(restApiId, deploymentId));
  if (!deployment) throw deploymentNotFound();
  return deployment;
}

/** Copies the API as it is now; later changes do not reach the copy. */
function newDeployment(gateway: Gateway, restApiId: string, description: string | undefined): Deployment {
  const restApi = findRestApi(gateway, restApiId);
  const resources = resourcesOf(gateway, restApiId);
  const methods = resources.flatMap((resource) => Object.values(resource.methods));
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(({ methodIntegration }) => !methodIntegration)) {
    throw badRequest('No integration defined for method');
  }
  if (gateway.deployments.values().filter(({ apiId }) => apiId === restApiId).length >= MAX_DEPLOYMENTS) {
    throw limitExceeded('Maximum number of deployments for this API has been reached');
  }
  return {
    apiId: restApiId,
    id: lowerId(6),
    createdAt: gateway.stamp(),
    description,
    restApi,
    resources,
    models: modelsOf(gateway, restApiId),
    requestValidators: validatorsOf(gateway, restApiId),
    gatewayResponses: gatewayResponsesOf(gateway, restApiId),
  };
}

function describeDeployment(deployment: Deployment, embed: readonly string[]): object {
  const { id, description, createdAt, resources } = deployment;
  return {
    id,
    description,
    createdDate: seconds(createdAt),
    ...(embed.includes('apisummary') && { apiSummary: summaryOf(resources) }),
  };
}

function summaryOf(resources: readonly Resource[]): object {
  const withMethods = resources.filter(({ methods }) => Object.keys(methods).length > 0);
  return Object.fromEntries(
    withMethods.map(({ path, methods }) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([verb, { authorizationType, apiKeyRequired }]) => [
          verb,
          { authorizationType, apiKeyRequired },
        ]),
      ),
    ]),
  );
}

function patchDeployment(deployment: Deployment, patch: PatchOperation): Deployment {
  if (patch.op !== 'replace' || patch.path !== '/description') {
    throw unsupportedPatch(patch, { replace: ['/description'] });
  }
  return { ...deployment, description: optionalText(patch) };
}
