import { randomInt } from 'node:crypto';
import * as v from 'valibot';
import { badRequest } from './errors.js';
import { segmentsOf, truth, withEntry, withoutEntry, type PatchOperation } from './patch.js';
import { text, textMap } from './schemas.js';
import type { Canary, Stage } from './state.js';

/** `canarySettings` of CreateStage; CreateDeployment has the same without `deploymentId`. */
export const canaryInput = v.object({
  deploymentId: v.optional(text(64)),
  percentTraffic: v.optional(v.number()),
  stageVariableOverrides: v.optional(textMap),
  useStageCache: v.optional(v.boolean()),
});

export type CanaryInput = v.InferOutput<typeof canaryInput>;

/** A canary with AWS's defaults: what the stage serves, and no traffic (recorded: test_create_canary_deployment_by_stage_update). */
export function newCanary(given: CanaryInput, deploymentId: string): Canary {
  const { stageVariableOverrides, percentTraffic = 0, useStageCache = false } = given;
  return {
    deploymentId: given.deploymentId ?? deploymentId,
    percentTraffic: checkedPercentage(percentTraffic),
    ...(stageVariableOverrides && { stageVariableOverrides }),
    useStageCache,
  };
}

/** @throws AwsError when CreateDeployment has no stage for its canary (recorded: test_create_canary_deployment_validation). */
export function checkCanary(
  { percentTraffic = 0 }: CanaryInput,
  stageName: string | undefined,
  exists: boolean,
): void {
  const problem = !stageName
    ? `Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? 'null'}`
    : `Stage ${stageName} must already be created before making a canary release deployment`;
  if (!stageName || !exists) throw badRequest(`Invalid deployment content specified.${problem}`);
  checkedPercentage(percentTraffic);
}

/**
 * One patch below `/canarySettings`, which comes to be with its first setting; undefined when AWS has no such patch
 * (recorded: test_update_stage_canary_deployment_validation).
 */
export function patchCanary(stage: Stage, patch: PatchOperation): Stage | undefined {
  const [, setting, variable, ...more] = segmentsOf(patch);
  if (patch.op === 'remove' && setting === undefined) return { ...stage, canarySettings: undefined };
  if (patch.op === 'add') throw badRequest(`Invalid add operation with path: ${patch.path}`);
  if (more.length > 0) return undefined;
  const canary = stage.canarySettings ?? newCanary({}, stage.deploymentId);
  const { stageVariableOverrides } = canary;
  if (setting === 'stageVariableOverrides' && variable) {
    const overrides =
      patch.op === 'remove'
        ? withoutEntry(stageVariableOverrides, variable)
        : withEntry(stageVariableOverrides, variable, patch.value ?? '');
    return { ...stage, canarySettings: { ...canary, stageVariableOverrides: overrides } };
  }
  const change = patch.op === 'replace' && variable === undefined ? settingOf(setting, patch) : undefined;
  return change && { ...stage, canarySettings: { ...canary, ...change } };
}

function settingOf(setting: string | undefined, patch: PatchOperation): Partial<Canary> | undefined {
  if (setting === 'deploymentId') return { deploymentId: patch.value ?? '' };
  if (setting === 'percentTraffic') return { percentTraffic: checkedPercentage(Number(patch.value)) };
  return setting === 'useStageCache' ? { useStageCache: truth(patch) } : undefined;
}

/** `copy`, which only promotes a canary (recorded: test_update_stage_with_copy_ops). */
export function promoteCanary(stage: Stage, { path, from }: PatchOperation): Stage {
  const targets = ['/deploymentId', '/variables'];
  const sources = ['/canarySettings/deploymentId', '/canarySettings/stageVariableOverrides'];
  if (!targets.includes(path) || !sources.includes(from ?? '')) {
    throw badRequest(
      `Invalid copy operation with path: ${path} and from ${from ?? 'null'}. Valid copy:path are [${targets.join(', ')}] and valid copy:from are [${sources.join(', ')}]`,
    );
  }
  const canary = stage.canarySettings;
  if (!canary) throw badRequest('Promotion not available. Canary does not exist.');
  if (path === '/deploymentId') return { ...stage, deploymentId: canary.deploymentId };
  const variables = { ...stage.variables, ...canary.stageVariableOverrides };
  return { ...stage, variables: Object.keys(variables).length > 0 ? variables : undefined };
}

/** The words are not established. */
function checkedPercentage(percent: number): number {
  if (!(percent >= 0 && percent <= 100)) {
    throw badRequest('Canary percentTraffic must be between 0.0 and 100.0');
  }
  return percent;
}

/** What a request to a stage gets. */
export interface Draw {
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Absent where the stage has no canary, as `$context.isCanaryRequest` is. */
  readonly isCanary?: boolean;
}

/** Draws lots whether a request goes to the stage's canary. */
export function drawDeployment({ deploymentId, variables = {}, canarySettings }: Stage): Draw {
  if (!canarySettings) return { deploymentId, variables };
  const isCanary = randomInt(10_000) < canarySettings.percentTraffic * 100;
  if (!isCanary) return { deploymentId, variables, isCanary };
  return {
    deploymentId: canarySettings.deploymentId,
    variables: { ...variables, ...canarySettings.stageVariableOverrides },
    isCanary,
  };
}
