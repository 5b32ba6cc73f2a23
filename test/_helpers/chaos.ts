import { setImmediate as turn } from 'node:timers/promises';
import { GetApiKeysCommand, GetRestApisCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { Clock } from '../../src/aws/waiting.js';
import type { DownReport } from '../../src/engine/down.js';
import type { Fault, NamedCall } from '../../src/local/faults.js';
import { allSteps, openLab, outcomes, type Run, type TestLab } from './lab.js';
import { startTestAws, type TestAws, type TestAwsOptions } from './local-aws.js';

/** Such as `apigateway:CreateRestApi#1`: the n-th call of an operation in one run. */
export type CallPoint = string;

/** Says what goes wrong with a call of the run that is under way. */
export type Plan = (point: CallPoint, call: NamedCall) => Fault | undefined;

/** How many of each kind of thing an account holds. */
export interface Holdings {
  readonly roles: number;
  readonly functions: number;
  readonly tables: number;
  readonly apis: number;
  readonly keys: number;
  readonly plans: number;
  readonly logGroups: number;
}

const NOTHING: Holdings = {
  roles: 0,
  functions: 0,
  tables: 0,
  apis: 0,
  keys: 0,
  plans: 0,
  logGroups: 0,
};
const ONE_OF_EACH: Holdings = {
  roles: 1,
  functions: 1,
  tables: 1,
  apis: 1,
  keys: 1,
  plans: 1,
  logGroups: 1,
};

/** A local AWS in which calls go wrong as planned, and on whose clock nobody waits. */
export interface Storm extends AsyncDisposable {
  readonly aws: TestAws;
  /** A run of its own: one process, as it were. */
  open(name: string, run?: Run): Promise<TestLab>;
  /** From now on calls go wrong as `plan` says, and are counted anew. */
  begin(plan: Plan): void;
  /** Calls go well again. @returns the calls since `begin`, in their order */
  end(): readonly CallPoint[];
  /** What the account holds of labs whose names begin so. */
  holdings(lab: string): Promise<Holdings>;
}

export async function openStorm(options: Omit<TestAwsOptions, 'faults'> = {}): Promise<Storm> {
  let plan: Plan | undefined;
  let counts = new Map<string, number>();
  let points: CallPoint[] = [];
  const aws = await startTestAws({
    ...options,
    faults: (call) => {
      if (!plan || call.role !== undefined) return undefined;
      const name = `${call.service}:${call.operation}`;
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      const point = `${name}#${nth}`;
      points.push(point);
      return plan(point, call);
    },
  });
  const auditor = await openLab(aws, 'auditor');
  return {
    aws,
    open: (name, run = {}) => openLab(aws, name, {}, { clock: quickClock(), ...run }),
    begin: (next) => {
      plan = next;
      counts = new Map();
      points = [];
    },
    end: () => {
      plan = undefined;
      return points;
    },
    holdings: (lab) => holdingsOf(auditor, lab),
    [Symbol.asyncDispose]: () => aws.stop(),
  };
}

/** A clock on which no time is lost: who sleeps goes on at once, that much later. */
export function quickClock(): Clock {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      skipped += ms;
      await turn();
      signal.throwIfAborted();
    },
  };
}

/**
 * A plan by which a run stops dead right before or right after a call acts: from then on none of its calls arrives, and
 * it is interrupted so that it ends.
 */
export function deadAt(point: CallPoint, moment: 'before' | 'after', death: AbortController): Plan {
  return (each) => {
    if (death.signal.aborted) return { before: () => 'reset' };
    if (each !== point) return undefined;
    return {
      [moment]: () => {
        death.abort();
        return 'reset';
      },
    };
  };
}

/** The calls that a run makes when all goes well, in a lab of its own. */
export async function callsOf(
  storm: Storm,
  name: string,
  work: 'up' | 'down',
): Promise<readonly CallPoint[]> {
  const lab = await storm.open(name);
  if (work === 'down') await lab.up();
  storm.begin(() => undefined);
  await lab[work]();
  const points = storm.end();
  await lab.down();
  storm.aws.release();
  return points;
}

/** What is not as it should be while the lab is up: one of each thing, and every step in order. */
export async function flawsWhileUp(storm: Storm, name: string, lab: TestLab): Promise<object[]> {
  const holdings = await storm.holdings(name);
  const states = outcomes(await lab.status());
  return same(holdings, ONE_OF_EACH) && same(states, allSteps('in-order')) ? [] : [{ holdings, states }];
}

/** What is not as it should be after a `down`: a clean receipt, and nothing left. */
export async function flawsAfterDown(storm: Storm, name: string, report: DownReport): Promise<object[]> {
  const holdings = await storm.holdings(name);
  if (report.kind === 'down' && report.clean && same(holdings, NOTHING)) return [];
  return [{ holdings, down: report.kind, steps: outcomes(report) }];
}

/** Whether a call changes something, by AWS's own verbs. */
export const changes = (point: CallPoint): boolean => !/:(Get|List|Describe)/.test(point);

function same(a: object, b: object): boolean {
  const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort());
  return sorted(a) === sorted(b);
}

/** Numbers from 0 to below 1, the same for each seed (a linear congruential generator). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function holdingsOf({ aws }: TestLab, lab: string): Promise<Holdings> {
  const [roles, functions, tables, apis, keys, plans, groups] = await Promise.all([
    aws.iam.send(new ListRolesCommand({ MaxItems: 1000 })),
    aws.lambda.send(new ListFunctionsCommand({})),
    aws.dynamodb.send(new ListTablesCommand({})),
    aws.apiGateway.send(new GetRestApisCommand({ limit: 500 })),
    aws.apiGateway.send(new GetApiKeysCommand({ limit: 500 })),
    aws.apiGateway.send(new GetUsagePlansCommand({ limit: 500 })),
    aws.logs.send(new DescribeLogGroupsCommand({})),
  ]);
  const count = (names: readonly (string | undefined)[]): number =>
    names.filter((name) => name?.includes(`-${lab}`) === true).length;
  return {
    roles: count((roles.Roles ?? []).map(({ RoleName }) => RoleName)),
    functions: count((functions.Functions ?? []).map(({ FunctionName }) => FunctionName)),
    tables: count(tables.TableNames ?? []),
    apis: count((apis.items ?? []).map(({ name }) => name)),
    keys: count((keys.items ?? []).map(({ name }) => name)),
    plans: count((plans.items ?? []).map(({ name }) => name)),
    logGroups: count((groups.logGroups ?? []).map(({ logGroupName }) => logGroupName)),
  };
}
