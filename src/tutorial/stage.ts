import { GetStagesCommand, type Stage } from '@aws-sdk/client-api-gateway';
import { ifThere } from '../aws/errors.js';
import { belongsTo, LAB_TAG, tagMap } from '../aws/ownership.js';
import type { Unplaced } from './env.js';
import { isStageOf } from './lab.js';
import { stageMark } from './requests.js';

/** The lab's stage, or one that somebody else made under its name. */
export async function findStage(env: Unplaced, restApiId: string): Promise<Stage | undefined> {
  const answer = await ifThere(env.aws.apiGateway.send(new GetStagesCommand({ restApiId })));
  const named = (answer?.item ?? []).filter(({ stageName }) => isStageOf(env.lab, stageName));
  return (
    named.find((each) => isOwnStage(env, each)) ??
    named.find(({ stageName }) => stageName === env.lab.stage.name) ??
    named[0]
  );
}

/** By its tag; or while it still waits for that, by the description that it was made with. */
export const isOwnStage = ({ lab }: Unplaced, { tags, description }: Stage): boolean =>
  belongsTo(tags, lab.name) || (tagMap(tags)[LAB_TAG] === undefined && description === stageMark(lab));

/** Where the REST API has it; its ARN ends so. */
export const stagePath = (restApiId: string, stageName: string): string =>
  `/restapis/${restApiId}/stages/${stageName}`;
