/** The managed policies of the customer's own that the lab's role bears: a learner may have made the policy of step 1 as one. */
import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  paginateListPolicyVersions,
  TagPolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { ifThere, isDeleteConflict, isDenied, isGone, isLimit, messageOf } from '../aws/errors.js';
import { ADOPTED, tagList, tagMap, type Tags } from '../aws/ownership.js';
import { collect } from '../aws/paginate.js';
import { retryWhile } from '../aws/poll.js';
import { BUDGETS } from '../aws/waiting.js';
import type { StepEnv } from './env.js';
import { strangerOf } from './stranger.js';
import type { Adopted, Stranger } from './step.js';

/** Those that AWS brings belong to no account. */
export const isAwsOwn = (arn: string): boolean => arn.includes(':iam::aws:');

/** Whether this is the ARN of a managed policy, rather than of the role. */
export const isPolicyArn = (arn: string): boolean => arn.includes(':policy/');

interface ManagedPolicy {
  readonly arn: string;
  readonly tags: Tags;
  /** Why it is nobody's to take over or to delete here. */
  readonly unfit: string | undefined;
}

/** Of the policies attached to the role, those of the customer's own that are not tagged as the lab's. */
export async function strangePolicies(env: StepEnv, attached: readonly string[]): Promise<Stranger[]> {
  const policies = await Promise.all(
    attached.filter((arn) => !isAwsOwn(arn)).map((arn) => readPolicy(env, arn)),
  );
  return policies.flatMap((policy) => (policy && strangerIn(env, policy)) ?? []);
}

function strangerIn(env: StepEnv, { arn, tags, unfit }: ManagedPolicy): Stranger | undefined {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const stranger = strangerOf(env, { kind: 'IAM policy', name, id: arn, tags });
  return stranger && { ...stranger, unfit };
}

/** Undefined when there is no such policy any more. */
async function readPolicy({ aws: { iam } }: StepEnv, arn: string): Promise<ManagedPolicy | undefined> {
  try {
    const found = await ifThere(iam.send(new GetPolicyCommand({ PolicyArn: arn })));
    if (!found) return undefined;
    const { Tags, AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 } = found.Policy ?? {};
    const isShared = AttachmentCount > 1 || PermissionsBoundaryUsageCount > 0;
    return { arn, tags: Tags, unfit: isShared ? 'others bear it too' : undefined };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { arn, tags: undefined, unfit: 'AWS did not let it be read' };
  }
}

export async function adoptPolicy(env: StepEnv, { id: PolicyArn }: Stranger): Promise<Adopted> {
  const Tags = tagList({ ...env.lab.tags, ...ADOPTED });
  await env.aws.iam.send(new TagPolicyCommand({ PolicyArn, Tags }));
  return { remark: `policy ${PolicyArn} adopted` };
}

/** On the role: the policy of the lab's that `down` takes off it to delete it, for the next one where that is cut off in between. */
const LEAVING_TAG = 'lab-setup:leaving';

/** What a tag's value may be; a policy's path and name may be more. */
const TAGGABLE = /^[\w.:/=+@-]{1,256}$/;

/** By the role's tags: a policy that a `down` had begun to remove. */
export const leavingPolicy = (roleTags: Tags): string | undefined => tagMap(roleTags)[LEAVING_TAG];

/**
 * Takes a managed policy from the role, and deletes it where it is the lab's and nobody else bears it.
 * @returns the policy as a stranger where it stays; undefined where it is gone, or is AWS's own
 */
export async function detachPolicy(env: StepEnv, arn: string): Promise<Stranger | undefined> {
  const { iam } = env.aws;
  const RoleName = env.lab.role.name;
  // Read before: right after it was detached, AWS may still count the role among those that bear it.
  const policy = isAwsOwn(arn) ? undefined : await readPolicy(env, arn);
  const stays = policy && stayingPolicy(env, policy);
  if (policy && !stays && TAGGABLE.test(arn)) await noteLeaving(env, arn);
  await ifThere(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: arn })));
  return policy && (stays ?? (await deletePolicy(env, arn)));
}

/** Where the role takes no tag more, or another `down` is through with it, the removal goes on without a note. */
async function noteLeaving({ aws: { iam }, lab }: StepEnv, arn: string): Promise<void> {
  try {
    await iam.send(new TagRoleCommand({ RoleName: lab.role.name, Tags: tagList({ [LEAVING_TAG]: arn }) }));
  } catch (error) {
    if (!isGone(error) && !isLimit(error)) throw error;
  }
}

/** The policy as a stranger, if it is not the lab's to delete. */
function stayingPolicy(env: StepEnv, policy: ManagedPolicy): Stranger | undefined {
  const { arn, unfit } = policy;
  return strangerIn(env, policy) ?? (unfit === undefined ? undefined : ownStaying(arn, unfit));
}

/** A policy of the lab's that stays nevertheless. */
const ownStaying = (arn: string, unfit: string): Stranger => ({ what: `IAM policy ${arn}`, id: arn, unfit });

/** @returns the policy as a stranger where it stays. Once its role is gone, no later run would find it, so it is said now. */
async function deletePolicy(env: StepEnv, PolicyArn: string): Promise<Stranger | undefined> {
  const client = env.aws.iam;
  try {
    const versions = await ifThere(
      collect(paginateListPolicyVersions({ client }, { PolicyArn }), (page) => page.Versions),
    );
    for (const { VersionId, IsDefaultVersion } of versions ?? []) {
      if (IsDefaultVersion === true) continue;
      await ifThere(client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })));
    }
    await retryWhile(
      env.waiting,
      {
        budget: BUDGETS.conflict,
        waitFor: (error) => (isDeleteConflict(error) ? 'IAM sees that the policy is detached' : undefined),
      },
      () => ifThere(client.send(new DeletePolicyCommand({ PolicyArn }))),
    );
    return undefined;
  } catch (error) {
    if (env.waiting.signal.aborted) throw error;
    return ownStaying(PolicyArn, `it could not be deleted: ${messageOf(error)}`);
  }
}
