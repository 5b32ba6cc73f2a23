import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  paginateDescribeLogGroups,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { ifThere, isTaken } from '../aws/errors.js';
import { ADOPTED, belongsTo } from '../aws/ownership.js';
import { BUDGETS, pauseOf } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import { placed, type LookEnv, type StepEnv } from './env.js';
import { arnsOf } from './lab.js';
import { createLogGroup } from './requests.js';
import type { Adopted, Stranger, Swept, Things } from './step.js';

type Ownership = Things['function']['logGroup'];

/** Whose the function's log group is. */
export async function inspectLogGroup({ lab, aws, located }: LookEnv): Promise<Ownership> {
  const [isThere, { place }] = await Promise.all([logGroupExists(aws.logs, lab.function.logGroup), located]);
  if (!isThere) return 'missing';
  const resourceArn = arnsOf(lab, place).logGroup;
  const answer = await ifThere(aws.logs.send(new ListTagsForResourceCommand({ resourceArn })));
  return belongsTo(answer?.tags, lab.name) ? 'ours' : 'by-hand';
}

async function logGroupExists(client: CloudWatchLogsClient, logGroupNamePrefix: string): Promise<boolean> {
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
    // AWS gives them in the order of their names, so that of those which begin so this one comes first.
    if (logGroups.some(({ logGroupName }) => logGroupName === logGroupNamePrefix)) return true;
  return false;
}

/** Makes the log group, tagged. One that was there before serves as well and stays what it is. */
export async function ensureLogGroup(env: StepEnv, known: Ownership | undefined): Promise<void> {
  if (known === 'ours' || known === 'by-hand') return;
  try {
    await env.aws.logs.send(new CreateLogGroupCommand(createLogGroup(env.lab)));
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
}

/** Said of the function while its log group bears no tag of the lab's, whoever made it: `down` keeps such a group. */
export const LOG_GROUP_REMARK =
  'its log group, which Lambda makes at the first call, is not tagged as the lab’s: it serves, and `up --adopt` takes it over';

export function strangeLogGroup(env: StepEnv): Stranger {
  const { logGroup } = env.lab.function;
  return { what: `log group ${logGroup}`, id: arnsOf(env.lab, env.place).logGroup };
}

export async function adoptLogGroup(env: StepEnv): Promise<Adopted> {
  const resourceArn = arnsOf(env.lab, env.place).logGroup;
  await env.aws.logs.send(new TagResourceCommand({ resourceArn, tags: { ...env.lab.tags, ...ADOPTED } }));
  return { remark: 'log group adopted' };
}

/** A late invocation may make the group anew after it was deleted; more often than this it does not. */
const DELETIONS = 5;

/**
 * Removes the log group when all that writes to it has gone, and looks again. One without our tag was made anew by a
 * late invocation if ours was there before; else somebody made it, and it is kept.
 */
export async function removeLogGroup(env: StepEnv, before: Ownership | undefined): Promise<Swept> {
  const { logGroup: logGroupName } = env.lab.function;
  const found = await inspectLogGroup(placed(env));
  if (found === 'missing') return { outcome: before === 'ours' ? 'removed' : 'absent' };
  if (found === 'by-hand' && before !== 'ours' && before !== 'missing') {
    return { outcome: 'kept', remark: 'not made by lab-setup' };
  }
  for (let deletions = 0; deletions < DELETIONS; deletions += 1) {
    await ifThere(env.aws.logs.send(new DeleteLogGroupCommand({ logGroupName })));
    if ((await inspectLogGroup(placed(env))) === 'missing') return { outcome: 'removed' };
    await env.waiting.clock.sleep(pauseOf(BUDGETS.conflict, deletions), env.waiting.signal);
  }
  throw new LabError(
    'not-in-order',
    `The log group ${logGroupName} was made anew each time it was deleted.`,
    {
      hint: 'Something still calls the function. Wait a minute, then run `lab-setup down` again.',
    },
  );
}
