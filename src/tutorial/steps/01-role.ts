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
  type Role,
} from '@aws-sdk/client-iam';
import { ifThere, isDeleteConflict, isDenied, isGone, isTaken } from '../../aws/errors.js';
import { belongsTo, tagList, tagMap, type Tags } from '../../aws/ownership.js';
import { collect } from '../../aws/paginate.js';
import { retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { chosenPolicy, chosenRoleArn } from '../choices.js';
import { differsIn, type Difference } from '../difference.js';
import type { StepEnv } from '../env.js';
import { arnsOf, type PolicyChoice } from '../lab.js';
import {
  canonicalPolicy,
  decodePolicy,
  policyDifferences,
  rolePolicy,
  TRUST_POLICY,
  type PolicyDocument,
} from '../policies.js';
import { madeByHand, readTaken } from '../taken.js';
import { defineStep, thingOf, type Found, type Stranger, type Things } from '../step.js';

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
    const own = await inspectOwn(env, chosenPolicy(env.lab, tags));
    const givenArn = chosenRoleArn(env.lab, tags);
    if (givenArn !== undefined && env.lab.options.policy !== undefined) throw policyOfGivenRole(givenArn);
    return givenArn === undefined ? own : inspectGiven(env, { arn: givenArn, own: own.state === 'ours' });
  },

  ensure: async (env, { found, seen }) => {
    const tags = thingOf(seen.function)?.tags;
    const givenArn = chosenRoleArn(env.lab, tags);
    const differences = 'differences' in found ? found.differences : [];
    if (givenArn !== undefined) {
      if (!('thing' in found) || differences.length > 0) throw givenRoleUnfit(givenArn);
      return { thing: found.thing, outcome: 'unchanged' };
    }
    const thing = { arn: arnsOf(env.lab, env.place).role, given: false, own: true };
    const policy = rolePolicy(chosenPolicy(env.lab, tags), env.lab, env.place);
    if (!('thing' in found)) {
      await create(env);
      await putPolicy(env, policy);
      return { thing, outcome: 'created' };
    }
    if (differsIn(differences, 'trust')) await putTrust(env);
    if (differsIn(differences, 'policy')) await putPolicy(env, policy);
    return { thing, outcome: differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  remove: async (env, { thing, seen }) => {
    const kept = thing?.given === true ? `the given role ${thing.arn} is kept` : undefined;
    if (thing?.own !== true) return { outcome: 'kept', remark: kept ?? 'not made by lab-setup' };
    const ownArn = arnsOf(env.lab, env.place).role;
    if (seen.function.state === 'by-hand' && seen.function.thing?.roleArn === ownArn) {
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
    return { outcome: 'removed', ...(kept === undefined ? {} : { remark: kept }) };
  },
});

/** Roles are global: one of the same lab in another region must not be taken for this one's. */
const REGION_TAG = 'lab-setup:region';

async function inspectOwn(env: StepEnv, choice: PolicyChoice): Promise<Found<Things['role']>> {
  const { name: RoleName, policyName: PolicyName } = env.lab.role;
  const [answer, inline] = await Promise.all([
    ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName }))),
    ifThere(env.aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  ]);
  if (answer?.Role === undefined) return { state: 'missing' };
  const { Arn = arnsOf(env.lab, env.place).role, AssumeRolePolicyDocument, Tags } = answer.Role;
  const against = (policy: PolicyChoice): Difference[] => [
    ...policyDifferences('trust', TRUST_POLICY, decodePolicy(AssumeRolePolicyDocument)),
    ...policyDifferences(
      'policy',
      rolePolicy(policy, env.lab, env.place),
      decodePolicy(inline?.PolicyDocument),
    ),
  ];
  const stranger = strangerIn(env, Tags);
  if (!stranger)
    return { state: 'ours', thing: { arn: Arn, given: false, own: true }, differences: against(choice) };
  // A role by hand is as good with the tutorial's own policy as with ours.
  const [least, tutorial] = [against('least'), against('tutorial')];
  return {
    state: 'by-hand',
    thing: { arn: Arn, given: false, own: false },
    differences: tutorial.length < least.length ? tutorial : least,
    strangers: [stranger],
  };
}

/** The role as somebody else's; undefined when it is this lab's in this region. */
function strangerIn(env: StepEnv, tags: Tags): Stranger | undefined {
  const what = `IAM role ${env.lab.role.name}`;
  if (!belongsTo(tags, env.lab.name)) return { what };
  const region = tagMap(tags)[REGION_TAG] ?? env.place.region;
  if (region === env.place.region) return undefined;
  return { what: `${what} (of the same lab in ${region})`, owner: `the lab’s in ${region}` };
}

/** A role that was given is only checked; where the caller may not even look at it, it is taken on trust. */
async function inspectGiven(
  env: StepEnv,
  { arn, own }: { arn: string; own: boolean },
): Promise<Found<Things['role']>> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  const thing = { arn, given: true, own };
  try {
    const answer = await ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName })));
    const differences = answer?.Role
      ? faultsOf(answer.Role)
      : [{ setting: 'given role', expected: arn, actual: undefined }];
    return { state: 'ours', thing, differences, remark: `given: ${arn}` };
  } catch (error) {
    if (isDenied(error))
      return { state: 'ours', thing, differences: [], remark: `given, not checked: ${arn}` };
    throw error;
  }
}

function faultsOf({ AssumeRolePolicyDocument }: Role): Difference[] {
  const trust = canonicalPolicy(decodePolicy(AssumeRolePolicyDocument));
  const trustsLambda = JSON.stringify(trust).includes('"lambda.amazonaws.com"');
  return trustsLambda
    ? []
    : [{ setting: 'trust', expected: 'lambda.amazonaws.com may assume it', actual: trust }];
}

function policyOfGivenRole(arn: string): LabError {
  return new LabError(
    'usage',
    `--policy is for a role of the lab's own; this lab uses the given role ${arn}.`,
    {
      hint: 'Leave --policy away, and see to the policies of that role where it is managed.',
    },
  );
}

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
        Tags: tagList({ ...env.lab.tags, [REGION_TAG]: env.place.region }),
      }),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    const { Role } = await readTaken(env, () => iam.send(new GetRoleCommand({ RoleName })));
    const stranger = strangerIn(env, Role?.Tags);
    if (stranger) throw madeByHand(stranger.what);
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
