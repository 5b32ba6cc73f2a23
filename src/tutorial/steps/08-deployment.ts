/** Step 8: deploy the API to the stage Prod. Until then nothing of it answers. */
import { DeleteStageCommand, TagResourceCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { ifThere, isGone } from '../../aws/errors.js';
import { retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { deployToNewStage, listDeployments } from '../deploy.js';
import { compare } from '../difference.js';
import type { StepEnv } from '../env.js';
import { fingerprintIn } from '../fingerprint.js';
import { adoptAt } from '../gateway-tags.js';
import { describeStage, tagStage } from '../requests.js';
import { findStage, isOwnStage, stagePath } from '../stage.js';
import { servedFingerprint } from '../served.js';
import { strangerOf } from '../stranger.js';
import { defineStep, thingOf } from '../step.js';

export const deployment = defineStep({
  number: 8,
  id: 'deployment',
  title: 'Deploy the API to the stage Prod',
  console: 'API Gateway > DynamoDBOperations > Deploy API > New stage',
  name: ({ lab }) => `stage ${lab.stage.name}`,
  reads: ['api'],
  needs: ['api', 'method'],

  inspect: async (look, seen) => {
    const api = thingOf(await seen.api);
    if (!api) return { state: 'missing' };
    const [stage, deployments, env] = await Promise.all([
      findStage(look, api.id),
      ifThere(listDeployments(look, api.id)),
      look.located,
    ]);
    if (!stage) return { state: 'missing' };
    const deploymentId = stage.deploymentId ?? '';
    const served = deployments?.find(({ id }) => id === deploymentId);
    const stageName = stage.stageName ?? env.lab.stage.name;
    const thing = {
      restApiId: api.id,
      stageName,
      deploymentId,
      fingerprint:
        fingerprintIn(served?.description) ??
        (await servedFingerprint(env, { restApiId: api.id, stageName })),
    };
    const id = stagePath(api.id, stageName);
    const stranger = strangerOf(env, { kind: 'stage', name: stageName, id, tags: stage.tags });
    // It serves as well; but its URL is another one.
    const tolerated = compare({ name: env.lab.stage.name }, { name: stageName });
    if (isOwnStage(env, stage)) {
      const { name } = env.lab;
      // A run that was cut off has made it and not tagged it any more.
      const differences = compare({ lab: name }, { lab: stranger ? undefined : name });
      return { state: 'ours', thing, differences, tolerated };
    }
    return { state: 'by-hand', thing, differences: [], tolerated, strangers: stranger ? [stranger] : [] };
  },

  ensure: async (env, { learned, found }) => {
    const { id: restApiId } = learned.api;
    if (found.state === 'ours' || found.state === 'coming') {
      if (found.differences.length > 0) await own(env, restApiId);
      return { thing: found.thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
    }
    const { fingerprint } = learned.method;
    const deploymentId = await deployToNewStage(env, restApiId, fingerprint);
    return {
      thing: { restApiId, stageName: env.lab.stage.name, deploymentId, fingerprint },
      outcome: 'created',
    };
  },

  finish: (env, { restApiId }) => own(env, restApiId),

  adopt: (env, { id }) => adoptAt(env, id),

  // Before the API: a usage plan that somebody else put on the stage lets go of it only with the stage.
  remove: async (env, { thing, seen }) => {
    const api = thingOf(seen.api);
    if (api && thing) {
      const request = { restApiId: api.id, stageName: thing.stageName };
      await ifThere(env.aws.apiGateway.send(new DeleteStageCommand(request)));
    }
    return { outcome: 'removed' };
  },
});

/** Makes the stage the lab's for good. */
async function own(env: StepEnv, restApiId: string): Promise<void> {
  const { apiGateway } = env.aws;
  await retryWhile(
    env.waiting,
    {
      budget: BUDGETS.conflict,
      waitFor: (error) => (isGone(error) ? 'API Gateway knows the new stage everywhere' : undefined),
    },
    () => apiGateway.send(new TagResourceCommand(tagStage(env.lab, env.place, restApiId))),
  );
  await apiGateway.send(new UpdateStageCommand(describeStage(env.lab, restApiId)));
}
