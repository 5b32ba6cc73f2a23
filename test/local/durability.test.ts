/** What was acknowledged is kept: by the built server's own process, on real files. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { APIGatewayClient, CreateRestApiCommand, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DynamoDBClient,
  paginateScan,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, paginateListRoles, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { newDaemons, type Daemons } from '../_helpers/daemon.js';
import { labTable } from '../_helpers/dynamodb.js';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }],
});
const TABLE = 'kept';
const STREAM = { logGroupName: 'kept', logStreamName: 'kept' };

let daemons: Daemons;
beforeEach(async () => void (daemons = await newDaemons()));
afterEach(() => daemons.leave());

interface Clients extends Disposable {
  readonly iam: IAMClient;
  readonly tables: DynamoDBClient;
  readonly gateway: APIGatewayClient;
  readonly logs: CloudWatchLogsClient;
}

async function connect(): Promise<Clients> {
  const config = await daemons.clientConfig();
  const clients = {
    iam: new IAMClient(config),
    tables: new DynamoDBClient(config),
    gateway: new APIGatewayClient(config),
    logs: new CloudWatchLogsClient(config),
  };
  return {
    ...clients,
    [Symbol.dispose]: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

async function prepare({ tables, logs }: Clients): Promise<void> {
  await tables.send(new CreateTableCommand(labTable(TABLE)));
  await logs.send(new CreateLogGroupCommand({ logGroupName: STREAM.logGroupName }));
  await logs.send(new CreateLogStreamCommand(STREAM));
}

/** Writes by name, each of them acknowledged when it returns. */
const WRITES: ((clients: Clients, name: string) => Promise<unknown>)[] = [
  async ({ iam }, name) => {
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: POLICY }));
  },
  ({ tables }, name) => tables.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: name } } })),
  ({ tables }, name) =>
    tables.send(
      new TransactWriteItemsCommand({
        TransactItems: ['left', 'right'].map((half) => ({
          Put: { TableName: TABLE, Item: { id: { S: `${name}/${half}` } } },
        })),
      }),
    ),
  ({ gateway }, name) => gateway.send(new CreateRestApiCommand({ name })),
  ({ logs }, name) =>
    logs.send(new PutLogEventsCommand({ ...STREAM, logEvents: [{ timestamp: Date.now(), message: name }] })),
];

/** Writes until the server is gone; what it acknowledged. */
async function writeOn(clients: Clients, round: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const writers = WRITES.map(async (write, kind) => {
    for (let count = 0; ; count += 1) {
      const name = `w${kind}-${round}-${count}`;
      try {
        await write(clients, name);
      } catch {
        return;
      }
      acknowledged.push(name);
    }
  });
  await Promise.all(writers);
  return acknowledged;
}

/** Every name that the server still knows. */
async function readAll({ iam, tables, gateway, logs }: Clients): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName = '' } of Roles) names.add(RoleName);
  }
  for await (const { Items = [] } of paginateScan({ client: tables }, { TableName: TABLE })) {
    for (const { id } of Items) names.add(id?.S ?? '');
  }
  for await (const { items = [] } of paginateGetRestApis({ client: gateway }, { limit: 500 })) {
    for (const { name = '' } of items) names.add(name);
  }
  const events = { logGroupName: STREAM.logGroupName };
  for await (const page of paginateFilterLogEvents({ client: logs }, events)) {
    for (const { message = '' } of page.events ?? []) names.add(message);
  }
  // A transaction counts where both of its halves are there; one half alone has no other.
  const halves = [...names].filter((name) => name.endsWith('/left')).map((name) => name.slice(0, -5));
  for (const name of halves) if (names.has(`${name}/right`)) names.add(name);
  return names;
}

const ROUNDS = 8;

test(`nothing that was acknowledged is lost, though the server is killed ${ROUNDS} times while it writes`, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, exit } = await daemons.start();
    using clients = await connect();
    if (round === 0) await prepare(clients);
    const written = writeOn(clients, round);
    // At another moment each time, and always in the midst of writes.
    await sleep(40 + 23 * round);
    child.kill('SIGKILL');
    acknowledged.push(...(await written));
    expect(await exit).toEqual([null, 'SIGKILL']);
  }
  await daemons.start();
  using clients = await connect();

  const found = await readAll(clients);

  expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITES.length);
  expect(acknowledged.filter((name) => !found.has(name))).toEqual([]);
  const halves = [...found].filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? '');
  expect(halves.filter((name) => !found.has(name))).toEqual([]);
}, 60_000);

test('a file that may grow no further gives errors, the server lives on, and keeps what it acknowledged', async () => {
  const { child } = await daemons.start({ largestFile: 512 * 1024 });
  using clients = await connect();
  await prepare(clients);
  const put = (id: string, size: number): Promise<unknown> =>
    clients.tables.send(
      new PutItemCommand({ TableName: TABLE, Item: { id: { S: id }, text: { S: 'x'.repeat(size) } } }),
    );
  const acknowledged: string[] = [];
  const errors: unknown[] = [];
  for (let count = 0; count < 8; count += 1) {
    const id = `large-${count}`;
    await put(id, 200_000).then(
      () => acknowledged.push(id),
      (error: unknown) => errors.push(error),
    );
  }
  await put('small', 10);
  await WRITES[0]?.(clients, 'role');

  const found = await readAll(clients);

  expect(errors).not.toEqual([]);
  expect(errors[0]).toMatchObject({
    name: 'InternalServerError',
    message: 'The local AWS could not write to disk: is the disk full?',
    $metadata: { httpStatusCode: 500 },
  });
  expect([...found].sort()).toEqual(['role', 'small', ...acknowledged].sort());
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await daemons.start();
  using again = await connect();
  expect(await readAll(again)).toEqual(found);
}, 60_000);
