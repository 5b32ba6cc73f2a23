import { GetStagesCommand, type Stage } from '@aws-sdk/client-api-gateway';
import { ifThere } from '../aws/errors.js';
import { belongsTo } from '../aws/ownership.js';
import type { Unplaced } from './env.js';
import { isStageOf } from './lab.js';

/** The lab's stage, or one that somebody else made under its name. */
export async function findStage(env: Unplaced, restApiId: string): Promise<Stage | undefined> {
  const answer = await ifThere(env.aws.apiGateway.send(new GetStagesCommand({ restApiId })));
  const named = (answer?.item ?? []).filter(({ stageName }) => isStageOf(env.lab, stageName));
  return (
    named.find(({ tags }) => belongsTo(tags, env.lab.name)) ??
    named.find(({ stageName }) => stageName === env.lab.stage.name) ??
    named[0]
  );
}

/** Where the REST API has it; its ARN ends so. */
export const stagePath = (restApiId: string, stageName: string): string =>
  `/restapis/${restApiId}/stages/${stageName}`;
