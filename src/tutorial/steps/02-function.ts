/** Step 2: the Lambda function that carries out the seven operations, and the log group that it writes to. */
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { ifThere, isFunctionBusy, isRoleNotAssumable, isTaken, whetherThereYet } from '../../aws/errors.js';
import { ADOPTED, belongsTo } from '../../aws/ownership.js';
import { awaitThat, retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { CHOICE_TAGS, chosenPolicy, chosenRoleArn } from '../choices.js';
import { compare, differsIn, type Difference, type Settings } from '../difference.js';
import type { StepEnv } from '../env.js';
import { handlerFaults } from '../handler-code.js';
import { arnsOf, withoutPath } from '../lab.js';
import {
  adoptLogGroup,
  ensureLogGroup,
  inspectLogGroup,
  LOG_GROUP_REMARK,
  removeLogGroup,
  strangeLogGroup,
} from '../log-group.js';
import { keepCode } from '../replaced-code.js';
import { bundleTag, createFunction, OWN_ROLE } from '../requests.js';
import { currentRuntime } from '../runtimes.js';
import { strangerOf } from '../stranger.js';
import { madeByHand, readTaken } from '../taken.js';
import { defineStep, type Found, type Things } from '../step.js';

export const lambdaFunction = defineStep({
  number: 2,
  id: 'function',
  title: 'Create the function',
  console: 'Lambda > Functions > Create function > Author from scratch',
  name: ({ lab }) => lab.function.name,
  reads: [],
  needs: ['role'],

  inspect: async (look) => {
    const [answer, logGroup, env] = await Promise.all([
      ifThere(look.aws.lambda.send(new GetFunctionCommand({ FunctionName: look.lab.function.name }))),
      inspectLogGroup(look),
      look.located,
    ]);
    const beside = logGroup === 'by-hand' ? { beside: [strangeLogGroup(env)], remark: LOG_GROUP_REMARK } : {};
    if (answer?.Configuration === undefined) return { state: 'missing', ...beside };
    // Without its tags our own function would look as if it were made by hand.
    if (answer.TagsError) throw tagsDenied(env, answer.TagsError.Message);
    const { Configuration: configuration, Code, Tags: tags = {}, Concurrency } = answer;
    const isThrottled = Concurrency?.ReservedConcurrentExecutions === 0;
    const found = describe(env, configuration, { tags, logGroup, isThrottled });
    if (found.state !== 'by-hand') return { ...found, ...beside };
    const faults = await handlerFaults(env, { ...configuration, Location: Code?.Location });
    return { ...found, differences: [...found.differences, ...faults], ...beside };
  },

  ensure: async (env, { learned, found }) => {
    // Before the function: a group that Lambda made at the first call would bear no tag of ours.
    await ensureLogGroup(env, 'thing' in found ? found.thing.logGroup : undefined);
    const { arn } = learned.role;
    const { runtime } = env.lab.function;
    const before = 'thing' in found ? found.thing : { tags: {}, logGroup: 'ours' as const };
    const thing = { ...before, runtime, arn: arnsOf(env.lab, env.place).function, roleArn: arn };
    if (found.state === 'missing' || found.state === 'going') {
      await create(env, learned.role);
      await settled(env);
      return { thing, outcome: 'created' };
    }
    if (found.state === 'coming') await settled(env);
    await repair(env, { role: learned.role, differences: found.differences });
    return { thing, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  adopt: async (env, { id }) => {
    if (id === arnsOf(env.lab, env.place).logGroup) return adoptLogGroup(env);
    const path = await keepCode(env);
    const Tags = { ...env.lab.tags, ...ADOPTED };
    await env.aws.lambda.send(new TagResourceCommand({ Resource: id, Tags }));
    return { remark: `adopted; the code that it had is kept in ${path}` };
  },

  remove: async (env) => {
    await retryWhile(env.waiting, BUSY, () =>
      ifThere(env.aws.lambda.send(new DeleteFunctionCommand({ FunctionName: env.lab.function.name }))),
    );
    return { outcome: 'removed' };
  },

  leaves: ({ lab }) => `log group ${lab.function.logGroup}`,
  sweep: (env, thing) => removeLogGroup(env, thing?.logGroup),
});

const BUSY = {
  budget: BUDGETS.function,
  waitFor: (error: unknown) => (isFunctionBusy(error) ? 'Lambda has ended its last change' : undefined),
};

function describe(
  env: StepEnv,
  configuration: FunctionConfiguration,
  facts: Pick<Things['function'], 'tags' | 'logGroup'> & { isThrottled: boolean },
): Found<Things['function']> {
  const { tags, logGroup, isThrottled } = facts;
  const { FunctionArn = arnsOf(env.lab, env.place).function, Role = '', FunctionName = '' } = configuration;
  const { Runtime: runtime } = configuration;
  const thing = { arn: FunctionArn, roleArn: Role, tags, runtime, logGroup };
  const bundle = uploadedBundle(tags, configuration.CodeSha256);
  const given = chosenRoleArn(env.lab, tags);
  const role = given ?? arnsOf(env.lab, env.place).role;
  const stranger = strangerOf(env, { kind: 'Lambda function', name: FunctionName, id: FunctionArn, tags });
  const differences = compare(
    {
      state: 'working',
      throttle: 'off',
      role,
      // Whoever built a function by hand wrote code of his own, in whatever language, and chose no policy of ours.
      ...(stranger ? currentRuntime(runtime, env.waiting.clock.now()) : wantedSettings(env, tags, given)),
    },
    {
      state: isFailed(configuration) ? 'failed' : 'working',
      throttle: isThrottled ? 'on' : 'off',
      runtime,
      handler: configuration.Handler,
      memory: configuration.MemorySize,
      timeout: configuration.Timeout,
      role: withoutPath(Role) === withoutPath(role) ? role : Role,
      code: bundle ?? `zip ${configuration.CodeSha256 ?? ''}`,
      'policy tag': tags[CHOICE_TAGS.policy],
      'role tag': tags[CHOICE_TAGS.role],
      'log group': logGroup === 'missing' ? undefined : 'present',
    },
  ).map((each) => (each.setting === 'code' ? codeInWords(each, bundle) : each));
  if (stranger) {
    const unfit = configuration.PackageType === 'Image' ? 'its code is a container image' : undefined;
    return { state: 'by-hand', thing, differences, strangers: [{ ...stranger, unfit }] };
  }
  const coming = configuration.State === 'Pending' || configuration.LastUpdateStatus === 'InProgress';
  return { state: coming ? 'coming' : 'ours', thing, differences };
}

const wantedSettings = (
  env: StepEnv,
  tags: Things['function']['tags'],
  givenRole: string | undefined,
): Settings => ({
  runtime: env.lab.function.runtime,
  handler: env.lab.function.handler,
  memory: env.lab.function.memory,
  timeout: env.lab.function.timeout,
  code: env.handler.sha256,
  'policy tag': chosenPolicy(env.lab, tags),
  'role tag': givenRole ?? OWN_ROLE,
  'log group': 'present',
});

/** The ARN of a role that was given, whatever its name; a role of the lab's own needs no remembering. */
const roleTag = ({ given, arn }: Things['role']): string => (given ? arn : OWN_ROLE);

/**
 * The bundle that the function runs, if it is one of ours: the tag says which bundle was uploaded as which zip, and
 * holds only while the code is still that zip. Zips themselves cannot be compared: deflate differs between Node versions.
 */
function uploadedBundle(
  tags: Things['function']['tags'],
  codeSha256: string | undefined,
): string | undefined {
  const [bundle, zip] = (tags[CHOICE_TAGS.bundle] ?? '').split(':');
  return zip === codeSha256 ? bundle : undefined;
}

/** A bundle's hash and a zip's cannot be compared by eye, and nobody knows either by heart. */
function codeInWords(difference: Difference, bundle: string | undefined): Difference {
  const actual = bundle === undefined ? 'other code' : 'the handler of another version of lab-setup';
  return { ...difference, inWords: { expected: 'the shipped handler', actual } };
}

async function create(env: StepEnv, role: Things['role']): Promise<void> {
  const archive = await env.handler.archive();
  const { name: FunctionName } = env.lab.function;
  const { arn, policy } = role;
  const request = new CreateFunctionCommand(
    createFunction(env.lab, { role: { arn, policy, tag: roleTag(role) }, archive }),
  );
  try {
    await retryWhile(
      env.waiting,
      {
        budget: BUDGETS.role,
        waitFor: (error) => (isRoleNotAssumable(error) ? 'Lambda may assume the new role' : undefined),
      },
      () => env.aws.lambda.send(request),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    const { Tags } = await readTaken(env, () =>
      env.aws.lambda.send(new GetFunctionCommand({ FunctionName })),
    );
    if (!belongsTo(Tags, env.lab.name)) throw madeByHand(`Lambda function ${FunctionName}`);
  }
}

/** Puts right what differs; Lambda takes one change at a time, and each takes a moment. */
async function repair(
  env: StepEnv,
  change: {
    role: Things['role'];
    differences: readonly Difference[];
  },
): Promise<void> {
  const { role, differences } = change;
  const { name: FunctionName, runtime, handler, memory, timeout } = env.lab.function;
  const { lambda } = env.aws;
  const newTags: Record<string, string> = {};
  // A failed function or update is put right by a new one.
  if (differsIn(differences, 'code', 'state')) {
    const archive = await env.handler.archive();
    await retryWhile(env.waiting, BUSY, () =>
      lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: archive.zip })),
    );
    await settled(env);
    newTags[CHOICE_TAGS.bundle] = bundleTag(archive);
  }
  if (differsIn(differences, 'runtime', 'handler', 'memory', 'timeout', 'role')) {
    await retryWhile(
      env.waiting,
      {
        budget: BUDGETS.role,
        waitFor: (error) =>
          isRoleNotAssumable(error) ? 'Lambda may assume the new role' : BUSY.waitFor(error),
      },
      () =>
        lambda.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName,
            Runtime: runtime,
            Handler: handler,
            MemorySize: memory,
            Timeout: timeout,
            Role: role.arn,
          }),
        ),
    );
    await settled(env);
  }
  if (differsIn(differences, 'throttle')) {
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }
  if (differsIn(differences, 'policy tag')) newTags[CHOICE_TAGS.policy] = role.policy;
  if (differsIn(differences, 'role tag')) newTags[CHOICE_TAGS.role] = roleTag(role);
  if (Object.keys(newTags).length > 0) {
    const Resource = arnsOf(env.lab, env.place).function;
    await lambda.send(new TagResourceCommand({ Resource, Tags: newTags }));
  }
}

/** Waits until the function is Active and no change of it is in progress; fails where it is deleted meanwhile. */
async function settled(env: StepEnv): Promise<void> {
  const FunctionName = env.lab.function.name;
  const ask = whetherThereYet(() =>
    env.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
  );
  await awaitThat(
    env.waiting,
    { what: `Lambda has made ${FunctionName} ready`, budget: BUDGETS.function },
    async () => {
      const answer = await ask();
      if (answer && isFailed(answer)) {
        throw new LabError('failed', `Lambda could not make ${FunctionName} ready: ${reasonOf(answer)}`, {
          hint: 'Run `lab-setup down`, then `lab-setup up` again.',
        });
      }
      const busy = answer?.State === 'Pending' || answer?.LastUpdateStatus === 'InProgress';
      return busy ? undefined : answer;
    },
  );
}

/** Idle functions become Inactive and wake up when they are called: that is no fault (aws-facts 3.3). */
const isFailed = ({ State, LastUpdateStatus }: FunctionConfiguration): boolean =>
  State === 'Failed' || LastUpdateStatus === 'Failed';

function tagsDenied(env: StepEnv, message: string | undefined): LabError {
  const { function: arn } = arnsOf(env.lab, env.place);
  return new LabError(
    'denied',
    `AWS did not show the tags of ${env.lab.function.name}: ${message ?? 'no reason given'}`,
    {
      call: 'lambda:GetFunction',
      hint: `Ask for the permission lambda:ListTags on ${arn}, or use a profile that has it (--profile).`,
    },
  );
}

const reasonOf = (answer: {
  StateReason?: string | undefined;
  LastUpdateStatusReason?: string | undefined;
}) => answer.StateReason ?? answer.LastUpdateStatusReason ?? 'no reason given';
