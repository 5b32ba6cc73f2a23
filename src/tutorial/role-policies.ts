import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { ifThere } from '../aws/errors.js';
import { collect } from '../aws/paginate.js';
import type { Unplaced } from './env.js';
import { decodePolicy } from './policies.js';

/** The policies of the lab's role: inline ones by name, attached ones by ARN. */
export interface RolePolicies {
  readonly inline: readonly string[];
  readonly attached: readonly string[];
}

/** Which policies the role bears; none where there is no such role. */
export async function listRolePolicies(env: Unplaced): Promise<RolePolicies> {
  const client = env.aws.iam;
  const RoleName = env.lab.role.name;
  const [inline, attached] = await Promise.all([
    ifThere(collect(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames)),
    ifThere(
      collect(paginateListAttachedRolePolicies({ client }, { RoleName }), (page) => page.AttachedPolicies),
    ),
  ]);
  return { inline: inline ?? [], attached: (attached ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []) };
}

/** The documents of all these policies, decoded. */
export async function readRolePolicies(env: Unplaced, policies: RolePolicies): Promise<unknown[]> {
  return Promise.all([
    ...policies.inline.map((name) => readInlinePolicy(env, name)),
    ...policies.attached.map((arn) => readManagedPolicy(env, arn)),
  ]);
}

/** Undefined when the role has no inline policy of this name. */
export async function readInlinePolicy(env: Unplaced, PolicyName: string): Promise<unknown> {
  const request = new GetRolePolicyCommand({ RoleName: env.lab.role.name, PolicyName });
  return decodePolicy((await ifThere(env.aws.iam.send(request)))?.PolicyDocument);
}

async function readManagedPolicy(env: Unplaced, PolicyArn: string): Promise<unknown> {
  const { iam } = env.aws;
  const found = await ifThere(iam.send(new GetPolicyCommand({ PolicyArn })));
  const VersionId = found?.Policy?.DefaultVersionId;
  if (VersionId === undefined) return undefined;
  const version = await ifThere(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })));
  return decodePolicy(version?.PolicyVersion?.Document);
}
