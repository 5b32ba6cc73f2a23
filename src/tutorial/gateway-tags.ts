import { TagResourceCommand } from '@aws-sdk/client-api-gateway';
import { ADOPTED } from '../aws/ownership.js';
import type { StepEnv } from './env.js';
import type { Adopted } from './step.js';

/** Tags a thing of API Gateway's as adopted; `path` is where the REST API has it, such as `/restapis/a1b2c3d4e5`. */
export async function adoptAt(env: StepEnv, path: string): Promise<Adopted> {
  const { partition, region } = env.place;
  // These ARNs name no account.
  const resourceArn = `arn:${partition}:apigateway:${region}::${path}`;
  const tags = { ...env.lab.tags, ...ADOPTED };
  await env.aws.apiGateway.send(new TagResourceCommand({ resourceArn, tags }));
  return { remark: 'adopted' };
}
