import { APIGatewayClient, GetUsagePlansCommand, UpdateUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import * as v from 'valibot';
import { newHome, type Home } from './command.js';
import { KINDS, openFloors, type Kind } from './floor.js';
import { load, type Served, type Target } from './load.js';
import { atLeast, atMost, rowOf, type Row } from './row.js';
import { interleaved, median } from './sample.js';

const SAMPLE_MS = 500;
/** Until V8 has compiled what is used again and again. */
const WARM_UP_MS = 4000;

/** What is asked of the rate, by the number of connections. */
const ECHO_GOALS = new Map([
  [1, 0.75],
  [16, 0.6],
]);
const CREATE_GOAL = 0.9;
const SLOWEST_GOAL = 2;

const TABLE = 'lambda-apigateway';
const EVENTS = {
  echo: { operation: 'echo', payload: { somekey1: 'somevalue1', somekey2: 'somevalue2' } },
  create: { operation: 'create', tableName: TABLE, payload: { Item: { id: '1234ABCD', number: 5 } } },
};
type Operation = keyof typeof EVENTS;

/** A server that an event can be sent to. */
type Server = Omit<Target, 'body'>;

/**
 * From the gateway to the function and back, with all that belongs to it: the key is checked, the plan's bucket counted,
 * log lines are written. The floor is a bare server that hands each request to a warm process over the fastest of four
 * ways, and for `create` a process that runs the same handler on a dynalite.
 */
export async function gateway(): Promise<Row[]> {
  await using home = await newHome();
  await using floors = await openFloors();
  const lab = await openLab(home);
  const bare = Object.fromEntries(
    await Promise.all(KINDS.map(async (kind) => [kind, bareServer(await floors.echo(kind))] as const)),
  ) as Record<Kind, Server>;
  const rows: Row[] = [];
  for (const [connections, goal] of ECHO_GOALS) {
    const kind = await fastest(bare, connections);
    const put = bareServer(await floors.put(kind, TABLE));
    const measured = await measure(connections, {
      echoFloor: [bare[kind], 'echo'],
      echo: [lab, 'echo'],
      createFloor: [put, 'create'],
      create: [lab, 'create'],
    });
    const { echoFloor, echo, createFloor, create } = measured;
    rows.push(
      ...rowsOf('echo', connections, goal, { served: echo, floor: echoFloor, kind }),
      ...rowsOf('create', connections, CREATE_GOAL, { served: create, floor: createFloor, kind }),
    );
  }
  return rows;
}

async function fastest(servers: Readonly<Record<Kind, Server>>, connections: number): Promise<Kind> {
  const runs = 3;
  const rates = await measure(
    connections,
    Object.fromEntries(KINDS.map((kind) => [kind, [servers[kind], 'echo']] as const)) as Record<
      Kind,
      [Server, Operation]
    >,
    runs,
  );
  return KINDS.reduce((best, kind) => (rates[kind].perSecond > rates[best].perSecond ? kind : best));
}

/** Loads all of them in turn. @returns the medians of each */
async function measure<Name extends string>(
  connections: number,
  cases: Readonly<Record<Name, readonly [Server, Operation]>>,
  runs?: number,
): Promise<Record<Name, Served>> {
  const entries = Object.entries(cases) as [Name, readonly [Server, Operation]][];
  const slowest = new Map<Name, number[]>();
  const once = async (name: Name, [server, operation]: readonly [Server, Operation]): Promise<number> => {
    const served = await load({ ...server, body: JSON.stringify(EVENTS[operation]) }, connections, SAMPLE_MS);
    slowest.set(name, [...(slowest.get(name) ?? []), served.p99]);
    return served.perSecond;
  };
  for (const [, [server, operation]] of entries) {
    await load({ ...server, body: JSON.stringify(EVENTS[operation]) }, connections, WARM_UP_MS);
  }
  const rates = await interleaved(
    Object.fromEntries(entries.map(([name, each]) => [name, () => once(name, each)])) as Record<
      Name,
      () => Promise<number>
    >,
    runs,
  );
  return Object.fromEntries(
    entries.map(([name]) => [name, { perSecond: rates[name], p99: median(slowest.get(name) ?? []) }]),
  ) as Record<Name, Served>;
}

function rowsOf(
  operation: Operation,
  connections: number,
  goal: number,
  { served, floor, kind }: { served: Served; floor: Served; kind: Kind },
): Row[] {
  const what = `gateway: ${operation}, ${connections === 1 ? 'one connection' : `${connections} connections`}`;
  const name = operation === 'echo' ? `bare server, ${kind}` : `the same with a put`;
  const rate = rowOf({
    what,
    unit: 'per second',
    value: served.perSecond,
    floor: { what: name, value: floor.perSecond },
    goal: atLeast(goal),
  });
  if (connections === 1) return [rate];
  const slowest = rowOf({
    what: `${what}, p99`,
    unit: 'ms',
    value: served.p99,
    floor: { what: name, value: floor.p99 },
    goal: atMost(SLOWEST_GOAL),
  });
  return [rate, slowest];
}

const bareServer = (port: number): Server => ({ port, path: '/', headers: {} });

const statusSchema = v.object({ invokeUrl: v.string(), apiKey: v.string() });

/** A lab as `up` makes it, but for the limits of its usage plan. */
async function openLab(home: Home): Promise<Server> {
  await home.run('up');
  const { stdout } = await home.run('status --json --show-key');
  const { invokeUrl, apiKey } = v.parse(statusSchema, JSON.parse(stdout));
  await raiseLimits((await home.run('env')).stdout);
  const { port, pathname } = new URL(invokeUrl);
  return { port: Number(port), path: pathname, headers: { 'x-api-key': apiKey } };
}

async function raiseLimits(shellLines: string): Promise<void> {
  const variable = (name: string): string =>
    new RegExp(`^export ${name}='(.*)'$`, 'm').exec(shellLines)?.[1] ?? '';
  const client = new APIGatewayClient({
    endpoint: variable('AWS_ENDPOINT_URL'),
    region: variable('AWS_REGION'),
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    },
  });
  const { items = [] } = await client.send(new GetUsagePlansCommand());
  const patchOperations = ['rateLimit', 'burstLimit'].map((limit) => ({
    op: 'replace' as const,
    path: `/throttle/${limit}`,
    value: '1000000',
  }));
  for (const { id } of items) {
    await client.send(new UpdateUsagePlanCommand({ usagePlanId: id, patchOperations }));
  }
  client.destroy();
}
