import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { ifThere, isTaken } from '../aws/errors.js';
import { ADOPTED, belongsTo } from '../aws/ownership.js';
import { collect } from '../aws/paginate.js';
import { BUDGETS, pauseOf } from '../aws/waiting.js';
import { LabError } from '../lab-error.js';
import type { StepEnv } from './env.js';
import { arnsOf } from './lab.js';
import { createLogGroup } from './requests.js';
import type { Adopted, Stranger, Swept, Things } from './step.js';

type Ownership = Things['function']['logGroup'];

/** Whose the function's log group is. Its ARN follows from its name, so group and tags are read at once. */
export async function inspectLogGroup(env: StepEnv): Promise<Ownership> {
  const { logGroup } = env.lab.function;
  const client = env.aws.logs;
  const [groups, tags] = await Promise.all([
    collect(
      paginateDescribeLogGroups({ client }, { logGroupNamePrefix: logGroup }),
      (page) => page.logGroups,
    ),
    ifThere(
      client.send(new ListTagsForResourceCommand({ resourceArn: arnsOf(env.lab, env.place).logGroup })),
    ),
  ]);
  if (!groups.some(({ logGroupName }) => logGroupName === logGroup)) return 'missing';
  return belongsTo(tags?.tags, env.lab.name) ? 'ours' : 'by-hand';
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

/** Said of the function while its log group is by hand: `down` keeps such a group. */
export const LOG_GROUP_REMARK = 'its log group was made by hand: it serves, and `up --adopt` takes it over';

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
  const what = `log group ${logGroupName}`;
  const found = await inspectLogGroup(env);
  if (found === 'missing') return { what, outcome: before === 'ours' ? 'removed' : 'absent' };
  if (found === 'by-hand' && before !== 'ours' && before !== 'missing') {
    return { what, outcome: 'kept', remark: 'not made by lab-setup' };
  }
  for (let deletions = 0; deletions < DELETIONS; deletions += 1) {
    await ifThere(env.aws.logs.send(new DeleteLogGroupCommand({ logGroupName })));
    if ((await inspectLogGroup(env)) === 'missing') return { what, outcome: 'removed' };
    await env.waiting.clock.sleep(pauseOf(BUDGETS.conflict, deletions), env.waiting.signal);
  }
  throw new LabError('not-in-order', `The ${what} was made anew each time it was deleted.`, {
    hint: 'Something still calls the function. Wait a minute, then run `lab-setup down` again.',
  });
}
