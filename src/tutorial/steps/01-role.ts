/** Step 1: the execution role, which gives the function permission to use DynamoDB and to write logs. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ifThere, isDeleteConflict, isDenied, isGone, isTaken } from '../../aws/errors.js';
import { belongsTo, tagList } from '../../aws/ownership.js';
import { collect } from '../../aws/paginate.js';
import { retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { chosenPolicy, chosenRoleArn } from '../choices.js';
import { compare, differsIn, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { arnsOf, type PolicyChoice } from '../lab.js';
import { canonicalPolicy, decodePolicy, rolePolicy, TRUST_POLICY, type PolicyDocument } from '../policies.js';
import { madeByHand } from '../refusals.js';
import { defineStep, thingOf, type Found, type Things } from '../step.js';

export const role = defineStep({
  number: 1,
  id: 'role',
  title: 'Create the execution role',
  console: 'IAM > Roles > Create role',
  name: ({ lab }) => lab.options.roleArn ?? lab.role.name,
  // The function's tags say whether this lab uses a role that was given, and which policy was chosen.
  reads: ['function'],
  needs: [],

  inspect: async (env, seen) => {
    const tags = thingOf(seen.function)?.tags;
    const givenArn = chosenRoleArn(env.lab, tags);
    return givenArn === undefined
      ? inspectOwn(env, chosenPolicy(env.lab, tags))
      : inspectGiven(env, givenArn);
  },

  ensure: async (env, { found, seen }) => {
    const tags = thingOf(seen.function)?.tags;
    const givenArn = chosenRoleArn(env.lab, tags);
    const differences = 'differences' in found ? found.differences : [];
    if (givenArn !== undefined) {
      if (found.state === 'missing' || differences.length > 0) throw givenRoleUnfit(givenArn);
      return { thing: { arn: givenArn, given: true }, outcome: 'unchanged' };
    }
    const arn = arnsOf(env.lab, env.place).role;
    const policy = rolePolicy(chosenPolicy(env.lab, tags), env.lab, env.place);
    if (found.state === 'missing') {
      await create(env);
      await putPolicy(env, policy);
      return { thing: { arn, given: false }, outcome: 'created' };
    }
    if (differsIn(differences, 'trust')) await putTrust(env);
    if (differsIn(differences, 'policy')) await putPolicy(env, policy);
    return { thing: { arn, given: false }, outcome: differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  remove: async (env, { thing, seen }) => {
    if (thing.given) return { outcome: 'kept', remark: `given with --role-arn: ${thing.arn}` };
    if (seen.function.state === 'by-hand' && seen.function.thing?.roleArn === thing.arn) {
      return { outcome: 'kept', remark: `${env.lab.function.name}, made by hand, uses it` };
    }
    await removePolicies(env);
    await retryWhile(
      env.waiting,
      {
        budget: BUDGETS.conflict,
        waitFor: (error) => (isDeleteConflict(error) ? 'IAM sees that the policies are gone' : undefined),
      },
      () => ifThere(env.aws.iam.send(new DeleteRoleCommand({ RoleName: env.lab.role.name }))),
    );
    return { outcome: 'removed' };
  },
});

async function inspectOwn(env: StepEnv, choice: PolicyChoice): Promise<Found<Things['role']>> {
  const { name: RoleName, policyName: PolicyName } = env.lab.role;
  const [answer, inline] = await Promise.all([
    ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName }))),
    ifThere(env.aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  ]);
  if (answer?.Role === undefined) return { state: 'missing' };
  const { Arn = arnsOf(env.lab, env.place).role, AssumeRolePolicyDocument, Tags } = answer.Role;
  const thing = { arn: Arn, given: false };
  const differences = compare(wanted(rolePolicy(choice, env.lab, env.place)), {
    trust: canonicalPolicy(decodePolicy(AssumeRolePolicyDocument)),
    policy: canonicalPolicy(decodePolicy(inline?.PolicyDocument)),
  });
  if (belongsTo(Tags, env.lab.name)) return { state: 'ours', thing, differences };
  return { state: 'by-hand', thing, differences, strangers: [{ what: `IAM role ${RoleName}` }] };
}

const wanted = (policy: PolicyDocument): Settings => ({
  trust: canonicalPolicy(TRUST_POLICY),
  policy: canonicalPolicy(policy),
});

/** A role that was given is only checked; where the caller may not even look at it, it is taken on trust. */
async function inspectGiven(env: StepEnv, arn: string): Promise<Found<Things['role']>> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  const thing = { arn, given: true };
  try {
    const answer = await ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName })));
    if (answer?.Role === undefined) return { state: 'missing' };
    const trust = canonicalPolicy(decodePolicy(answer.Role.AssumeRolePolicyDocument));
    return { state: 'ours', thing, differences: trustsLambda(trust) ? [] : [untrusting(trust)] };
  } catch (error) {
    if (isDenied(error)) return { state: 'ours', thing, differences: [] };
    throw error;
  }
}

const trustsLambda = (trust: unknown): boolean => JSON.stringify(trust).includes('"lambda.amazonaws.com"');

const untrusting = (trust: unknown) => ({
  setting: 'trust',
  expected: 'lambda.amazonaws.com may assume it',
  actual: trust,
});

function givenRoleUnfit(arn: string): LabError {
  return new LabError('failed', `The role ${arn} is missing, or Lambda may not assume it.`, {
    hint: 'Give another one with --role-arn, or add lambda.amazonaws.com to its trust policy.',
  });
}

async function create(env: StepEnv): Promise<void> {
  const { iam } = env.aws;
  const { name: RoleName } = env.lab.role;
  try {
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
        Description: 'Execution role of the lab-setup tutorial function',
        Tags: tagList(env.lab.tags),
      }),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    if (!belongsTo(Role?.Tags, env.lab.name)) throw madeByHand(`IAM role ${RoleName}`);
  }
}

async function putTrust(env: StepEnv): Promise<void> {
  const PolicyDocument = JSON.stringify(TRUST_POLICY);
  await env.aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: env.lab.role.name, PolicyDocument }));
}

/** A role that was just created is not yet known everywhere in IAM (aws-facts 2.3). */
async function putPolicy(env: StepEnv, policy: PolicyDocument): Promise<void> {
  const { name: RoleName, policyName: PolicyName } = env.lab.role;
  await retryWhile(
    env.waiting,
    {
      budget: BUDGETS.role,
      waitFor: (error) => (isGone(error) ? 'IAM knows the new role everywhere' : undefined),
    },
    () =>
      env.aws.iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }),
      ),
  );
}

/** Also those that were added by hand: IAM deletes no role that bears a policy. */
async function removePolicies(env: StepEnv): Promise<void> {
  const { iam } = env.aws;
  const RoleName = env.lab.role.name;
  const [inline, attached] = await Promise.all([
    ifThere(collect(paginateListRolePolicies({ client: iam }, { RoleName }), (page) => page.PolicyNames)),
    ifThere(
      collect(
        paginateListAttachedRolePolicies({ client: iam }, { RoleName }),
        (page) => page.AttachedPolicies,
      ),
    ),
  ]);
  for (const PolicyName of inline ?? []) {
    await ifThere(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  }
  for (const { PolicyArn } of attached ?? []) {
    await ifThere(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  }
}
