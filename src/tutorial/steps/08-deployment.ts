/** Step 8: deploy the API to the stage Prod. Until then nothing of it answers. */
import { CreateStageCommand, DeleteStageCommand } from '@aws-sdk/client-api-gateway';
import { ifThere, isTaken } from '../../aws/errors.js';
import { belongsTo } from '../../aws/ownership.js';
import { deploy, listDeployments } from '../deploy.js';
import { compare } from '../difference.js';
import { fingerprintIn } from '../fingerprint.js';
import { adoptAt } from '../gateway-tags.js';
import { createStage } from '../requests.js';
import { findStage, stagePath } from '../stage.js';
import { servedFingerprint } from '../served.js';
import { strangerOf } from '../stranger.js';
import { madeByHand } from '../taken.js';
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
    if (!stranger) return { state: 'ours', thing, differences: [], tolerated };
    return { state: 'by-hand', thing, differences: [], tolerated, strangers: [stranger] };
  },

  ensure: async (env, { learned, found }) => {
    if (found.state === 'ours' || found.state === 'coming')
      return { thing: found.thing, outcome: 'unchanged' };
    const { id: restApiId } = learned.api;
    const { fingerprint } = learned.method;
    const stageName = env.lab.stage.name;
    const deploymentId = await deploy(env, restApiId, fingerprint);
    try {
      await env.aws.apiGateway.send(
        new CreateStageCommand(createStage(env.lab, { restApiId, deploymentId })),
      );
    } catch (error) {
      if (!isTaken(error)) throw error;
      const stage = await findStage(env, restApiId);
      if (!belongsTo(stage?.tags, env.lab.name)) throw madeByHand(`Stage ${env.lab.stage.name}`);
      // Another `up` was quicker. What its deployment serves is for step 11 to see.
      return {
        thing: { stageName, deploymentId: stage?.deploymentId ?? '', fingerprint: undefined },
        outcome: 'unchanged',
      };
    }
    return { thing: { stageName, deploymentId, fingerprint }, outcome: 'created' };
  },

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
