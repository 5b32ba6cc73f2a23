/** Why the endpoint answered as it did: what `status` reads of the lab, as far as it can have stopped this request. */
import { GetUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { status as lookAt, type StatusReport } from '../engine/status.js';
import { ifThere, isGone } from '../aws/errors.js';
import type { Failure } from '../tutorial/advice/answers.js';
import { handlerConsole } from '../tutorial/advice/function.js';
import { actionOf, type Stop } from '../tutorial/advice/way.js';
import type { LabEvent } from '../tutorial/operations.js';
import type { Context } from './context.js';
import { toLabError } from './render/error.js';
import { teach, type Saying } from './teaching.js';
import { thingIn } from './thing-in.js';
import { lookingOf } from './walk.js';

/** A deviation that can have stopped the request. */
export interface Cause extends Saying {
  readonly step: string;
  /** What to do where no line does it. */
  readonly hint?: string;
}

export interface Diagnosis {
  /** The likeliest first. */
  readonly causes: readonly Cause[];
  /** Steps that could not be read, each with the reason. */
  readonly unread: readonly string[];
}

/** Reads the lab's configuration, and tells of it what can have stopped the request there. Nothing is guessed. */
export async function diagnose(context: Context, { stops }: Failure, event: LabEvent): Promise<Diagnosis> {
  if (stops.length === 0) return { causes: [], unread: [] };
  const report = await lookAt(lookingOf(context, () => undefined));
  const read = [...teach(context, report)].flatMap(([step, sayings]) =>
    sayings.map((each): Cause => ({ step, ...each })),
  );
  const limits = stops.includes('rate') ? await limitsOf(context, report) : [];
  const known = [...read, ...limits, ...(await otherTable(context, report, event))];
  const stopping = (at: readonly Stop[]): Cause[] => [
    ...new Set(at.flatMap((stop) => known.filter((each) => stopsAt(each, stop)))),
  ];
  // That another state of the API is served explains much, so it is told where nothing explains it better.
  const direct = stopping(stops.filter((stop) => stop !== 'deployed'));
  const unread = report.steps.flatMap(({ id, outcome, error }) =>
    outcome === 'failed' ? [`${id}: ${toLabError(error).message}`] : [],
  );
  const causes = direct.length > 0 ? direct : stopping(stops);
  const isTold = causes.some((each) => stopsAt(each, 'function') || stopsAt(each, 'start'));
  const handler = stops.includes('handler') && !isTold ? [handlerUnread(context)] : [];
  return { causes: [...handler, ...causes], unread };
}

/** What differs and is only worth a word stops nothing. */
const stopsAt = ({ difference, isFault, advice }: Saying, stop: Stop): boolean =>
  (isFault || difference === undefined) && (advice?.stops.includes(stop) ?? false);

/** Lambda's answer says that the handler is not there, although the code as it was read does not show it. */
const handlerUnread = ({ lab }: Context): Cause => ({
  step: 'function',
  difference: undefined,
  isFault: false,
  advice: {
    why: 'The function’s setting Handler names what its code does not export; what it exports could not be read.',
    console: handlerConsole(lab),
    commands: [],
    stops: ['handler'],
  },
  hint: 'Look in the code for the function that it exports, and set the handler to it.',
});

/** How fast the plan lets requests through, which is no fault when they come faster. */
async function limitsOf({ aws, lab }: Context, { things }: StatusReport): Promise<Cause[]> {
  const usagePlanId = thingIn(things, 'usage-plan')?.id;
  if (usagePlanId === undefined) return [];
  const plan = await ifThere(aws.apiGateway.send(new GetUsagePlanCommand({ usagePlanId })));
  const { rateLimit, burstLimit } = plan?.throttle ?? {};
  const allowed =
    rateLimit === undefined
      ? 'has no rate of its own, so that of the stage or the account is used up'
      : `allows ${rateLimit} ${rateLimit === 1 ? 'request' : 'requests'} a second, and ${burstLimit ?? 0} at once`;
  return [
    {
      step: 'usage-plan',
      difference: undefined,
      isFault: false,
      advice: {
        why: `The plan ${plan?.name ?? lab.usagePlan.name} ${allowed}.`,
        console: `API Gateway > Usage plans > ${plan?.name ?? lab.usagePlan.name}`,
        commands: [],
        stops: ['rate'],
      },
    },
  ];
}

/** A request may name another table than the lab's: there may be none, and the lab's own policy is for its own alone. */
async function otherTable(
  context: Context,
  { things, steps }: StatusReport,
  { operation, tableName }: LabEvent,
): Promise<Cause[]> {
  const { lab } = context;
  const action = actionOf(operation);
  if (!action || tableName === undefined || tableName === lab.table.name) return [];
  const role = thingIn(things, 'role');
  const isLeast =
    role?.policy === 'least' && steps.some(({ id, outcome }) => id === 'role' && outcome === 'in-order');
  const alone =
    isLeast && !role.given ? [`The role’s policy is for the table ${lab.table.name} alone, and the`] : [];
  const cause = { difference: undefined, isFault: false };
  if (await isNoTable(context, tableName)) {
    const [begin = 'The'] = alone;
    const why = `${begin} request names the table “${tableName}”, which is not there: the lab’s table is ${lab.table.name}.`;
    const console = `DynamoDB > Tables: the lab’s is ${lab.table.name}`;
    // A wider policy finds no table that is not there.
    const advice = { why, console, commands: [], stops: [action, 'other table' as const] };
    const hint = `Leave --table away, or name the lab’s own: --table ${lab.table.name}`;
    return [{ ...cause, step: 'table', advice, hint }];
  }
  const commands = ['lab-setup up --policy tutorial'];
  const console = `IAM > Roles > ${lab.role.name} > Permissions`;
  return alone.map((begin) => {
    const advice = {
      why: `${begin} request names the table “${tableName}”.`,
      console,
      commands,
      stops: [action],
    };
    return { ...cause, step: 'role', advice };
  });
}

/** Whether it is known that there is no such table; where it may not be read, or bears no table's name, it is not. */
const isNoTable = ({ aws }: Context, TableName: string): Promise<boolean> =>
  aws.dynamodb.send(new DescribeTableCommand({ TableName })).then(() => false, isGone);
