import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ifThere, isTaken } from '../aws/errors.js';
import { belongsTo } from '../aws/ownership.js';
import type { StepEnv } from './env.js';
import { arnsOf } from './lab.js';
import type { Swept, Things } from './step.js';

type Ownership = Things['function']['logGroup'];

/** Whose the function's log group is; its tags are all that need be read, as its ARN follows from its name. */
export async function inspectLogGroup(env: StepEnv): Promise<Ownership> {
  const answer = await ifThere(
    env.aws.logs.send(new ListTagsForResourceCommand({ resourceArn: arnsOf(env.lab, env.place).logGroup })),
  );
  if (answer === undefined) return 'missing';
  return belongsTo(answer.tags, env.lab.name) ? 'ours' : 'by-hand';
}

/** Makes the log group, tagged. One that was there before serves as well and stays what it is. */
export async function ensureLogGroup(env: StepEnv, known: Ownership | undefined): Promise<void> {
  if (known === 'ours' || known === 'by-hand') return;
  const { logGroup: logGroupName } = env.lab.function;
  try {
    await env.aws.logs.send(new CreateLogGroupCommand({ logGroupName, tags: { ...env.lab.tags } }));
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
}

/**
 * Removes the log group when all that writes to it has gone. One without our tag was made anew by a late invocation if
 * ours was there before; else somebody made it, and it is kept.
 */
export async function removeLogGroup(env: StepEnv, before: Ownership | undefined): Promise<Swept> {
  const { logGroup: logGroupName } = env.lab.function;
  const what = `log group ${logGroupName}`;
  const now = await inspectLogGroup(env);
  if (now === 'missing') return { what, outcome: before === 'ours' ? 'removed' : 'absent' };
  if (now === 'by-hand' && before !== 'ours' && before !== 'missing') {
    return { what, outcome: 'kept', remark: 'not made by lab-setup' };
  }
  await ifThere(env.aws.logs.send(new DeleteLogGroupCommand({ logGroupName })));
  return { what, outcome: 'removed' };
}
