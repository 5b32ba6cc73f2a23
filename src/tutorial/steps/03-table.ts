/** Step 3: the DynamoDB table that the function reads and writes. */
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UpdateTableCommand,
  type TableDescription,
  type Tag,
} from '@aws-sdk/client-dynamodb';
import { ifThere, isTableBusy, isTaken, whetherThereYet } from '../../aws/errors.js';
import { ADOPTED, belongsTo, isAdopted, tagList } from '../../aws/ownership.js';
import { awaitThat, retryWhile } from '../../aws/poll.js';
import { BUDGETS } from '../../aws/waiting.js';
import { LabError } from '../../lab-error.js';
import { compare, differsIn, type Difference, type Settings } from '../difference.js';
import type { StepEnv, Unplaced } from '../env.js';
import { arnsOf } from '../lab.js';
import { createTable } from '../requests.js';
import { strangerOf } from '../stranger.js';
import { madeByHand, readTaken } from '../taken.js';
import { defineStep } from '../step.js';

export const table = defineStep({
  number: 3,
  id: 'table',
  title: 'Create the DynamoDB table',
  console: 'DynamoDB > Tables > Create table',
  name: ({ lab }) => lab.table.name,
  reads: [],
  needs: [],

  inspect: async (look) => {
    const [described, env] = await Promise.all([describeTable(look), look.located]);
    if (described === undefined) return { state: 'missing' };
    const { TableStatus, TableArn = arnsOf(env.lab, env.place).table } = described;
    // Whoever it belonged to: what is being deleted shows no tags any more, and its name is free soon.
    if (TableStatus === 'DELETING') return { state: 'going' };
    const coming = TableStatus !== 'ACTIVE';
    // Right after its creation a table may not show its tags yet (aws-facts 5.1).
    const shown = coming ? await readTaken(env, () => tagsOf(env)) : ((await ifThere(tagsOf(env))) ?? []);
    const settings = settingsOf(described);
    const onDemand = settings['billing'] === ON_DEMAND;
    const thing = { arn: TableArn, adopted: isAdopted(shown), onDemand };
    const differences = compare(wanted(env), settings).map((each): Difference =>
      each.setting === 'key' ? { ...each, stays: true } : each,
    );
    const { name } = env.lab.table;
    const stranger = strangerOf(env, { kind: 'DynamoDB table', name, id: TableArn, tags: shown });
    const remark = thing.adopted ? 'adopted: down keeps it unless --include-adopted' : undefined;
    if (!stranger) return { state: coming ? 'coming' : 'ours', thing, differences, remark };
    const key = differences.find(({ setting }) => setting === 'key');
    return {
      state: 'by-hand',
      thing,
      // The console of the tutorial's day made tables with provisioned throughput: they serve as well.
      differences: key ? [key] : [],
      strangers: [{ ...stranger, unfit: key && `its key is ${String(key.actual)}` }],
    };
  },

  ensure: async (env, { found }) => {
    const thing = { arn: arnsOf(env.lab, env.place).table, adopted: false, onDemand: true };
    if (found.state === 'going') await deletionOver(env);
    if (found.state === 'going' || found.state === 'missing') {
      await create(env);
      await active(env);
      return { thing, outcome: 'created' };
    }
    if (found.state === 'coming') await active(env);
    await repair(env, found.differences);
    const thingNow = { ...found.thing, onDemand: true };
    return { thing: thingNow, outcome: found.differences.length > 0 ? 'repaired' : 'unchanged' };
  },

  adopt: async (env, { id }) => {
    const Tags = tagList({ ...env.lab.tags, ...ADOPTED });
    await env.aws.dynamodb.send(new TagResourceCommand({ ResourceArn: id, Tags }));
    return { remark: 'adopted' };
  },

  keeps: (_env, { thing, includeAdopted }) =>
    thing.adopted && !includeAdopted
      ? 'adopted: its items are yours; --include-adopted removes it too'
      : undefined,

  remove: async (env) => {
    const TableName = env.lab.table.name;
    const answer = await onceUnchanging(env, () =>
      ifThere(env.aws.dynamodb.send(new DeleteTableCommand({ TableName }))),
    );
    if (answer) await gone(env, answer.TableDescription?.TableId);
    return { outcome: 'removed' };
  },
});

const ON_DEMAND = 'PAY_PER_REQUEST';

const wanted = (env: StepEnv): Settings => ({
  key: `${env.lab.table.key} (S)`,
  billing: ON_DEMAND,
});

const settingsOf = (described: TableDescription): Settings => ({
  key: (described.KeySchema ?? [])
    .map(({ AttributeName }) => {
      const attribute = described.AttributeDefinitions?.find((each) => each.AttributeName === AttributeName);
      return `${AttributeName ?? ''} (${attribute?.AttributeType ?? '?'})`;
    })
    .join(', '),
  // A table with provisioned throughput has no summary (aws-facts 5.1).
  billing: described.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
});

async function describeTable(env: Unplaced): Promise<TableDescription | undefined> {
  const TableName = env.lab.table.name;
  const answer = await ifThere(env.aws.dynamodb.send(new DescribeTableCommand({ TableName })));
  return answer?.Table;
}

async function tagsOf(env: StepEnv): Promise<Tag[]> {
  const ResourceArn = arnsOf(env.lab, env.place).table;
  const tags: Tag[] = [];
  let NextToken: string | undefined;
  do {
    const page = await env.aws.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
    tags.push(...(page.Tags ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return tags;
}

async function create(env: StepEnv): Promise<void> {
  try {
    await env.aws.dynamodb.send(new CreateTableCommand(createTable(env.lab)));
  } catch (error) {
    if (!isTaken(error)) throw error;
    // Somebody was quicker: another `up` of this lab, or a `down` that is not yet through.
    if ((await describeTable(env))?.TableStatus === 'DELETING') {
      await deletionOver(env);
      return create(env);
    }
    const tags = await readTaken(env, () => tagsOf(env));
    if (!belongsTo(tags, env.lab.name)) throw madeByHand(`DynamoDB table ${env.lab.table.name}`);
  }
}

async function repair(env: StepEnv, differences: readonly Difference[]): Promise<void> {
  const TableName = env.lab.table.name;
  const key = differences.find(({ setting }) => setting === 'key');
  if (key) {
    throw new LabError(
      'failed',
      `The table ${TableName} has the key ${String(key.actual)}, not ${String(key.expected)}.`,
      {
        hint: 'A key cannot be changed and lab-setup deletes no table that may hold items: save what you need, delete the table, and run `lab-setup up` again.',
      },
    );
  }
  if (differsIn(differences, 'billing')) {
    await onceUnchanging(env, async () => {
      // By now another run may have changed it, or this one, where the answer was lost.
      const described = await describeTable(env);
      if (described && settingsOf(described)['billing'] === ON_DEMAND) return;
      await env.aws.dynamodb.send(new UpdateTableCommand({ TableName, BillingMode: ON_DEMAND }));
    });
    await active(env);
  }
}

/** DynamoDB makes one change of a table at a time, and each takes a while. */
function onceUnchanging<T>(env: StepEnv, change: () => Promise<T>): Promise<T> {
  return retryWhile(
    env.waiting,
    {
      budget: BUDGETS.table,
      waitFor: (error) =>
        isTableBusy(error) ? `DynamoDB has ended its last change of ${env.lab.table.name}` : undefined,
    },
    change,
  );
}

/** Where the table is deleted meanwhile it fails, and `up` looks at everything again. */
async function active(env: StepEnv): Promise<void> {
  const { name: TableName } = env.lab.table;
  const ask = whetherThereYet(() => env.aws.dynamodb.send(new DescribeTableCommand({ TableName })));
  await awaitThat(
    env.waiting,
    { what: `DynamoDB has made ${TableName} ACTIVE`, budget: BUDGETS.table },
    async () => ((await ask())?.Table?.TableStatus === 'ACTIVE' ? true : undefined),
  );
}

/** Another `up` may make the table anew at once: then it is this lab's too. */
async function deletionOver(env: StepEnv): Promise<void> {
  await awaitThat(env.waiting, deletionOf(env), async () =>
    (await describeTable(env))?.TableStatus === 'DELETING' ? undefined : true,
  );
}

/** Until the table with this id is gone, whoever makes another one of its name meanwhile. */
async function gone(env: StepEnv, tableId: string | undefined): Promise<void> {
  await awaitThat(env.waiting, deletionOf(env), async () => {
    const described = await describeTable(env);
    return described && described.TableId === tableId ? undefined : true;
  });
}

const deletionOf = (env: StepEnv): Parameters<typeof awaitThat>[1] => ({
  what: `DynamoDB has deleted ${env.lab.table.name}`,
  budget: BUDGETS.table,
});
