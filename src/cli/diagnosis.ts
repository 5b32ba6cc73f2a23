/** Why the endpoint answered as it did: what `status` reads of the lab, as far as it can have that effect. Nothing is guessed. */
import { GetUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import { status as lookAt, type StatusReport } from '../engine/status.js';
import { ifThere } from '../aws/errors.js';
import type { EndpointAnswer } from '../tutorial/endpoint.js';
import type { StepId } from '../tutorial/step.js';
import type { Context } from './context.js';
import { labFlag } from './lab-flag.js';
import { toLabError } from './render/error.js';
import { teach, type Saying } from './teaching.js';
import { lookingOf, thingIn } from './walk.js';

/** How an answer fails. */
export type Symptom =
  /** 403 Missing Authentication Token: there is no such method at that path. */
  | 'no-such-method'
  /** 403 Forbidden. */
  | 'forbidden'
  /** 429, or the plan's quota is used up. */
  | 'throttled'
  /** 5xx, or a function's error behind a 200. */
  | 'failed'
  /** 415. */
  | 'body-refused'
  /** The request itself is at fault. */
  | 'bad-request';

/** A deviation that can have had this effect. */
export interface Cause extends Saying {
  readonly step: string;
}

export interface Diagnosis {
  readonly causes: readonly Cause[];
  /** Steps that could not be read, each with the reason. */
  readonly unread: readonly string[];
}

/** Which faults of which steps have which effect; `missing` stands for the whole thing. */
const EFFECTS: Readonly<Partial<Record<Symptom, Readonly<Partial<Record<StepId, RegExp>>>>>> = {
  'no-such-method': {
    api: /missing/,
    resource: /./,
    method: /^missing|authorization/,
    deployment: /missing/,
    redeploy: /./,
  },
  forbidden: {
    api: /^endpoint type|missing/,
    method: /^authorization/,
    deployment: /missing/,
    key: /^enabled|missing/,
    'usage-plan': /^(stage|key)$|missing/,
    redeploy: /./,
  },
  throttled: { 'usage-plan': /^(rate|burst)$/ },
  failed: { role: /./, function: /./, table: /^key|missing/, method: /./, permission: /./, redeploy: /./ },
  'body-refused': { method: /passthrough|template/, redeploy: /./ },
};

/** @returns undefined when the answer is none of a failure */
export function symptomOf({ status, body }: Pick<EndpointAnswer, 'status' | 'body'>): Symptom | undefined {
  if (status === 403) return /Missing Authentication Token/.test(body) ? 'no-such-method' : 'forbidden';
  if (status === 429) return 'throttled';
  if (status === 415) return 'body-refused';
  if (status >= 500) return 'failed';
  return status >= 400 ? 'bad-request' : undefined;
}

/** Reads the lab's configuration, and tells of it what can have this effect. */
export async function diagnose(context: Context, symptom: Symptom, tableName: string): Promise<Diagnosis> {
  const effects = EFFECTS[symptom];
  if (!effects) return { causes: [], unread: [] };
  const report = await lookAt(lookingOf(context, () => undefined));
  const causes = [...teach(context, report)].flatMap(([step, sayings]) =>
    sayings
      .filter((each) => canHaveCaused(each, effects[step as StepId]))
      .map((each): Cause => ({ step, ...each })),
  );
  const unread = report.steps.flatMap(({ id, outcome, error }) =>
    outcome === 'failed' ? [`${id}: ${toLabError(error).message}`] : [],
  );
  const limits = symptom === 'throttled' ? await limitsOf(context, report) : [];
  return { causes: [...causes, ...limits, ...otherTable(context, report, { symptom, tableName })], unread };
}

function canHaveCaused({ difference, isFault, advice }: Saying, effects: RegExp | undefined): boolean {
  if (!effects || (!isFault && difference)) return false;
  return effects.test(difference?.setting ?? (advice && isFault ? 'missing' : 'cannot run'));
}

/** What the plan allows, which is no fault when it is used up. */
async function limitsOf({ aws, lab }: Context, { things }: StatusReport): Promise<Cause[]> {
  const usagePlanId = thingIn(things, 'usage-plan')?.id;
  if (usagePlanId === undefined) return [];
  const plan = await ifThere(aws.apiGateway.send(new GetUsagePlanCommand({ usagePlanId })));
  const { rateLimit, burstLimit } = plan?.throttle ?? {};
  const { limit, period = 'DAY' } = plan?.quota ?? {};
  const rate =
    rateLimit === undefined ? [] : [`${rateLimit} requests a second, and ${burstLimit ?? 0} at once`];
  const quota = limit === undefined ? [] : [`${limit} requests a ${period.toLowerCase()}`];
  const allowed =
    [...rate, ...quota].join('; ') || 'no limit of its own, so that of the stage or the account is used up';
  return [
    {
      step: 'usage-plan',
      difference: undefined,
      isFault: false,
      advice: {
        why: `The plan ${plan?.name ?? lab.usagePlan.name} allows ${allowed}.`,
        console: `API Gateway > Usage plans > ${plan?.name ?? lab.usagePlan.name}`,
        commands: [],
      },
    },
  ];
}

/** The lab's own policy is for its own table alone; a request may name another. */
function otherTable(
  { lab }: Context,
  { things, steps }: StatusReport,
  { symptom, tableName }: { symptom: Symptom; tableName: string },
): Cause[] {
  const role = thingIn(things, 'role');
  const isLeast =
    role?.policy === 'least' && steps.some(({ id, outcome }) => id === 'role' && outcome === 'in-order');
  if (symptom !== 'failed' || tableName === lab.table.name || !isLeast || role.given) return [];
  return [
    {
      step: 'role',
      difference: undefined,
      isFault: false,
      advice: {
        why: `The role’s policy is for the table ${lab.table.name} alone, and the request names ${tableName}.`,
        console: `IAM > Roles > ${lab.role.name} > Permissions`,
        commands: [`lab-setup up --policy tutorial${labFlag(lab.name)}`],
      },
    },
  ];
}
