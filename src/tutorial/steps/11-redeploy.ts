/** Step 11: deploy again, so that Prod serves the API as it now is. Changes are not live until they are deployed. */
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { deploy } from '../deploy.js';
import { servesMethod } from '../fingerprint.js';
import { wantedFingerprint } from '../method-settings.js';
import { serveDeployment } from '../requests.js';
import { defineStep, partFound, thingOf } from '../step.js';

export const redeploy = defineStep({
  number: 11,
  id: 'redeploy',
  title: 'Deploy the API again, so that Prod is current',
  console: 'API Gateway > DynamoDBOperations > Deploy API > Prod',
  name: ({ lab }) => `${lab.stage.name} serves the API as it is`,
  reads: ['api', 'method', 'deployment'],
  needs: ['api', 'method', 'deployment'],
  partOf: 'deployment',

  inspect: async (_look, seen) => {
    const holder = await seen.deployment;
    const method = thingOf(await seen.method);
    const deployment = thingOf(holder);
    if (!deployment) return { state: 'missing' };
    const { deploymentId, fingerprint: served } = deployment;
    // A method that was deleted goes on being served; where none is served either, there is nothing to be current with.
    if (!method && !servesMethod(served)) return { state: 'missing' };
    const unknown = served === undefined;
    // Where a stage cannot be exported: on our own that is a fault, by hand it is none.
    const stale = unknown ? holder.state === 'ours' : served !== method?.fingerprint;
    const actual = unknown ? 'a deployment that cannot be read' : 'another state of the API';
    const differences = stale ? [{ setting: 'serves', expected: 'the API as it now is', actual }] : [];
    const remark = unknown ? 'cannot tell what it serves' : undefined;
    return partFound(holder, { deploymentId }, differences, remark);
  },

  foresee: ({ lab, place }, seen) => {
    const deployment = thingOf(seen.deployment);
    const isCurrent = !deployment || deployment.fingerprint === wantedFingerprint(lab, place);
    return isCurrent ? { outcome: 'unchanged', remark: 'Prod is current by then' } : { outcome: 'repaired' };
  },

  ensure: async (env, { learned }) => {
    const { api, method, deployment } = learned;
    if (deployment.fingerprint === method.fingerprint) {
      const { deploymentId } = deployment;
      return { thing: { deploymentId }, outcome: 'unchanged', remark: 'Prod is current' };
    }
    const deploymentId = await deploy(env, api.id, method.fingerprint);
    await env.aws.apiGateway.send(
      new UpdateStageCommand(
        serveDeployment({ restApiId: api.id, stageName: deployment.stageName, deploymentId }),
      ),
    );
    return { thing: { deploymentId }, outcome: 'repaired' };
  },
});
