/** Step 1: the execution role, which gives the function permission to use DynamoDB and to write logs. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { ifThere, isDeleteConflict, isDenied, isGone, isTaken } from '../../aws/errors.js';
import { ADOPTED, belongsTo, tagList, tagMap, type Tags } from '../../aws/ownership.js';
import { retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { CHOICE_TAGS, chosenPolicy, chosenRoleArn, type FunctionTags } from '../choices.js';
import { differsIn, type Difference } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { arnsOf, withoutPath, type PolicyChoice } from '../lab.js';
import { grantedBeyond, isExcess, notGranted, NOTHING_MORE, policyDifferences } from '../grants.js';
import {
  adoptPolicy,
  detachPolicy,
  leavingPolicy,
  isAwsOwn,
  isPolicyArn,
  strangePolicies,
} from '../managed-policies.js';
import { canonicalPolicy, decodePolicy, rolePolicy, TRUST_POLICY } from '../policies.js';
import { listRolePolicies, readInlinePolicy, readRolePolicies, type RolePolicies } from '../role-policies.js';
import { createRole, putRolePolicy, REGION_TAG, roleTags } from '../requests.js';
import { strangerOf } from '../stranger.js';
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

  inspect: async (look, seen) => {
    // Where the function may not be read, the role is judged by itself.
    const reading = seen.function.catch(() => undefined);
    const [read, env, lambda] = await Promise.all([readOwn(look), look.located, reading]);
    const tags = lambda && thingOf(lambda)?.tags;
    const own = await judgeOwn(env, read, tags);
    // Whether another role was given cannot be told then.
    if (!lambda && own.state === 'missing') await seen.function;
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
    if (!('thing' in found)) {
      const thing = ownRole(env, chosenPolicy(env.lab, tags));
      await putPolicy(env, thing.policy, () => create(env));
      return { thing, outcome: 'created' };
    }
    if (differsIn(differences, 'trust')) await putTrust(env);
    if (differsIn(differences, 'policy')) await putPolicy(env, found.thing.policy);
    return { thing: found.thing, outcome: differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  adopt: async (env, stranger) => {
    if (isPolicyArn(stranger.id)) return adoptPolicy(env, stranger);
    const { name: RoleName } = env.lab.role;
    await env.aws.iam.send(
      new TagRoleCommand({ RoleName, Tags: tagList({ ...roleTags(env.lab, env.place), ...ADOPTED }) }),
    );
    return { remark: 'adopted' };
  },

  keeps: (env, { thing, seen }) => {
    if (!thing.own) return thing.given ? givenStays(thing) : 'not made by lab-setup';
    const usedArn = withoutPath(thingOf(seen.function)?.roleArn ?? '');
    return seen.function.state === 'by-hand' && usedArn === arnsOf(env.lab, env.place).role
      ? `${env.lab.function.name}, made by hand, uses it`
      : undefined;
  },

  remove: async (env, { thing }) => {
    const staying = await removeRole(env, thing?.leaving);
    const stay = staying.size === 0 ? undefined : `detached, not deleted: ${[...staying.keys()].join(', ')}`;
    const left = [...staying.values()].filter((each) => each !== undefined);
    const isOther = thing?.given === true && withoutPath(thing.arn) !== arnsOf(env.lab, env.place).role;
    const remarks = [isOther ? givenStays(thing) : undefined, stay].filter((each) => each !== undefined);
    return { outcome: 'removed', left, ...(remarks.length > 0 ? { remark: remarks.join('; ') } : {}) };
  },
});

const givenStays = ({ arn }: Things['role']): string => `the given role ${arn} is kept`;

/** The role as it is when it was just made. */
const ownRole = (env: StepEnv, policy: PolicyChoice): Things['role'] => ({
  arn: arnsOf(env.lab, env.place).role,
  given: false,
  own: true,
  policy,
  policies: { inline: [env.lab.role.policyName], attached: [] },
});

/** What IAM tells of the role by its name. */
interface OwnRead {
  readonly role: Role | undefined;
  /** The lab's inline policy, decoded. */
  readonly inline: unknown;
  readonly policies: RolePolicies;
}

async function readOwn(env: Unplaced): Promise<OwnRead> {
  const { name: RoleName, policyName } = env.lab.role;
  const [answer, inline, policies] = await Promise.all([
    ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName }))),
    readInlinePolicy(env, policyName),
    listRolePolicies(env),
  ]);
  return { role: answer?.Role, inline, policies };
}

async function judgeOwn(
  env: StepEnv,
  { role: own, inline, policies }: OwnRead,
  tags: FunctionTags,
): Promise<Found<Things['role']>> {
  if (own === undefined) return { state: 'missing' };
  const { Arn = arnsOf(env.lab, env.place).role, AssumeRolePolicyDocument, Tags } = own;
  const policy = rememberedPolicy(env, tags, inline);
  const trust = policyDifferences('trust', TRUST_POLICY, decodePolicy(AssumeRolePolicyDocument));
  const stranger = strangerIn(env, { arn: Arn, tags: Tags });
  const thing = {
    arn: Arn,
    given: false,
    own: stranger === undefined,
    policy,
    policies,
    leaving: leavingPolicy(Tags),
  };
  if (stranger?.owner !== undefined) {
    // What is in it is that lab's affair, and what would put it right for this one would break that one.
    const differences = [{ setting: 'owner', expected: 'this lab', actual: stranger.owner }];
    return { state: 'by-hand', thing, differences, strangers: [stranger] };
  }
  const beside = await strangePolicies(env, policies.attached);
  if (stranger) {
    // However it was put: as the tutorial's document, inline or not, or with wildcards.
    const documents = await readRolePolicies(env, policies);
    const least = rolePolicy('least', env.lab, env.place);
    const missing =
      documents.length === 0
        ? [{ setting: 'policy', expected: 'the policy of step 1', actual: undefined }]
        : notGranted('policy', least, documents);
    const beyond = grantedBeyond(least, documents);
    const wider =
      beyond.length === 0 ? [] : [{ setting: 'policy', expected: NOTHING_MORE, actual: beyond.join('; ') }];
    const differences = [...trust.filter((each) => !isExcess(each)), ...missing];
    const tolerated = [...trust.filter(isExcess), ...wider];
    return { state: 'by-hand', thing, differences, tolerated, strangers: [stranger], beside };
  }
  const remark = othersRemark(env, policies, beside);
  const differences = [...trust, ...inlineDifferences(env, policy, inline)];
  return { state: 'ours', thing, differences, remark, beside };
}

/** When the function is gone that remembers the choice, the policy itself still tells it. */
function rememberedPolicy(env: StepEnv, tags: FunctionTags, inline: unknown): PolicyChoice {
  const tutorial = rolePolicy('tutorial', env.lab, env.place);
  const isTutorial =
    tags?.[CHOICE_TAGS.policy] === undefined && policyDifferences('', tutorial, inline).length === 0;
  return env.lab.options.policy ?? (isTutorial ? 'tutorial' : chosenPolicy(env.lab, tags));
}

function inlineDifferences(env: StepEnv, policy: PolicyChoice, inline: unknown): Difference[] {
  if (inline !== undefined) {
    return policyDifferences('policy', rolePolicy(policy, env.lab, env.place), inline);
  }
  return [{ setting: 'policy', expected: `inline policy ${env.lab.role.policyName}`, actual: undefined }];
}

/** Policies that somebody added: the lab does not declare them, so they are let be, and said. */
function othersRemark(
  { lab }: StepEnv,
  { inline, attached }: RolePolicies,
  beside: readonly Stranger[],
): string | undefined {
  const isOthers = (arn: string): boolean => isAwsOwn(arn) || beside.some(({ id }) => id === arn);
  const others = [...inline.filter((name) => name !== lab.role.policyName), ...attached.filter(isOthers)];
  return others.length === 0 ? undefined : `also bears, by hand: ${others.join(', ')}`;
}

/** The role as somebody else's; undefined when it is this lab's in this region. */
function strangerIn(env: StepEnv, { arn, tags }: { arn: string; tags: Tags }): Stranger | undefined {
  const region = tagMap(tags)[REGION_TAG] ?? env.place.region;
  if (region !== env.place.region && belongsTo(tags, env.lab.name)) {
    const what = `IAM role ${env.lab.role.name} (of the same lab in ${region})`;
    return { what, id: arn, owner: `the lab’s in ${region}` };
  }
  return strangerOf(env, { kind: 'IAM role', name: env.lab.role.name, id: arn, tags });
}

/** A role that was given is only checked; where the caller may not even look at it, it is taken on trust. */
async function inspectGiven(
  env: StepEnv,
  { arn, own }: { arn: string; own: boolean },
): Promise<Found<Things['role']>> {
  const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
  const none: RolePolicies = { inline: [], attached: [] };
  const thing = { arn, given: true, own, policy: chosenPolicy(env.lab, undefined), policies: none };
  try {
    const answer = await ifThere(env.aws.iam.send(new GetRoleCommand({ RoleName })));
    const differences = answer?.Role
      ? faultsOf(answer.Role)
      : [{ setting: 'given role', expected: arn, actual: undefined }];
    // It is only checked: whoever gave it manages it.
    const staying = differences.map((each): Difference => ({ ...each, stays: true }));
    return { state: 'ours', thing, differences: staying, remark: `given: ${arn}` };
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
    `--policy is for a role of the lab’s own; this lab uses the given role ${arn}.`,
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
    await iam.send(new CreateRoleCommand(createRole(env.lab, env.place)));
  } catch (error) {
    if (!isTaken(error)) throw error;
    const { Role } = await readTaken(env, () => iam.send(new GetRoleCommand({ RoleName })));
    const arn = Role?.Arn ?? arnsOf(env.lab, env.place).role;
    const stranger = strangerIn(env, { arn, tags: Role?.Tags });
    if (stranger) throw madeByHand(stranger.what);
  }
}

async function putTrust(env: StepEnv): Promise<void> {
  const PolicyDocument = JSON.stringify(TRUST_POLICY);
  await env.aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: env.lab.role.name, PolicyDocument }));
}

/**
 * A role that was just created is not yet known everywhere in IAM (aws-facts 2.3). `before` comes before each try: what
 * creates the role does so again if a `down` has removed it meanwhile.
 */
async function putPolicy(env: StepEnv, policy: PolicyChoice, before?: () => Promise<void>): Promise<void> {
  const request = new PutRolePolicyCommand(putRolePolicy(env.lab, env.place, policy));
  await retryWhile(
    env.waiting,
    {
      budget: BUDGETS.role,
      waitFor: (error) => (isGone(error) ? 'IAM knows the new role everywhere' : undefined),
    },
    async () => {
      await before?.();
      await env.aws.iam.send(request);
    },
  );
}

/** The managed policies that stay, by ARN; of the customer's own what they are. */
type Staying = Map<string, Stranger | undefined>;

/**
 * Removes the role. It is looked for policies before each try: IAM may not have listed one that was just put, or an `up`
 * beside this `down` may have put one meanwhile.
 */
async function removeRole(env: StepEnv, leaving: string | undefined): Promise<Staying> {
  const staying: Staying = new Map();
  await retryWhile(
    env.waiting,
    {
      budget: BUDGETS.conflict,
      waitFor: (error) => (isDeleteConflict(error) ? 'IAM sees that the policies are gone' : undefined),
    },
    async () => {
      await removePolicies(env, leaving, staying);
      await ifThere(env.aws.iam.send(new DeleteRoleCommand({ RoleName: env.lab.role.name })));
    },
  );
  return staying;
}

/** Also those that were added by hand: IAM deletes no role that bears a policy. */
async function removePolicies(env: StepEnv, leaving: string | undefined, staying: Staying): Promise<void> {
  const { iam } = env.aws;
  const RoleName = env.lab.role.name;
  const { inline, attached } = await listRolePolicies(env);
  for (const PolicyName of inline) {
    await ifThere(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  }
  for (const arn of new Set([...(leaving === undefined ? [] : [leaving]), ...attached])) {
    const stranger = await detachPolicy(env, arn);
    if (stranger || isAwsOwn(arn)) staying.set(arn, stranger);
  }
}
