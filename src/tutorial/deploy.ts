import {
  CreateDeploymentCommand,
  paginateGetDeployments,
  type Deployment,
} from '@aws-sdk/client-api-gateway';
import { createUnlessMade } from '../aws/make-once.js';
import { API_GATEWAY_PAGE, collect } from '../aws/paginate.js';
import { LabError } from '../lab-error.js';
import type { StepEnv, Unplaced } from './env.js';
import { createDeployment, createDeploymentAndStage } from './requests.js';
import { findStage, isOwnStage } from './stage.js';

export function listDeployments(env: Unplaced, restApiId: string): Promise<Deployment[]> {
  const client = env.aws.apiGateway;
  return collect(
    paginateGetDeployments({ client, pageSize: API_GATEWAY_PAGE }, { restApiId }),
    (page) => page.items,
  );
}

/**
 * Takes a snapshot of the API as it is and lets a new stage serve it, in one call (aws-facts 6.6). When the answer is lost
 * it looks whether the lab's stage is there with such a snapshot.
 */
export async function deployToNewStage(
  env: StepEnv,
  restApiId: string,
  fingerprint: string,
): Promise<string> {
  const request = createDeploymentAndStage(env.lab, restApiId, fingerprint);
  return idOf(
    await createUnlessMade<Deployment>(env.waiting, {
      create: () => env.aws.apiGatewayOnce.send(new CreateDeploymentCommand(request)),
      find: async () => {
        const [stage, all] = await Promise.all([findStage(env, restApiId), listDeployments(env, restApiId)]);
        if (!stage || !isOwnStage(env, stage)) return undefined;
        return all.find(
          ({ id, description }) => id === stage.deploymentId && description === request.description,
        );
      },
    }),
  );
}

/**
 * Takes a snapshot of the API as it is, and gives back the deployment's id. Each call makes another one (aws-facts 6.6),
 * so when the answer is lost it looks for a snapshot of the same API before it takes one again.
 */
export async function deploy(env: StepEnv, restApiId: string, fingerprint: string): Promise<string> {
  const request = createDeployment(restApiId, fingerprint);
  return idOf(
    await createUnlessMade<Deployment>(env.waiting, {
      create: () => env.aws.apiGatewayOnce.send(new CreateDeploymentCommand(request)),
      find: async () =>
        (await listDeployments(env, restApiId)).find((each) => each.description === request.description),
    }),
  );
}

function idOf({ made }: { made: Deployment }): string {
  if (made.id === undefined) throw new LabError('failed', 'API Gateway made a deployment without an id.');
  return made.id;
}
