import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAuthorize } from '../../src/local/authorization/authorize.js';
import { parsePolicy } from '../../src/local/authorization/policy.js';
import { BUGS } from '../../src/local/errors.js';
import { AT_ONCE } from '../../src/local/like-aws.js';
import { systemClock } from '../../src/local/clock.js';
import type { Principal } from '../../src/local/identity.js';
import { openLogs, type Logs } from '../../src/local/services/logs/index.js';
import { openStore, type Store } from '../../src/local/store.js';
import type { WireRequest } from '../../src/local/wire/http.js';
import { until } from '../_helpers/gate.js';

const account = '000000000000';
const role: Principal = {
  kind: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/r/f`,
  userId: 'AROA:f',
  roleName: 'r',
};
const owner: Principal = { kind: 'owner', account, arn: `arn:aws:iam::${account}:user/o`, userId: 'AIDA' };

let folder = '';
let store: Store;
let allowed: object[] = [];
let logs: Logs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-sink-'));
  store = await openStore(folder);
  const world = { account, region: 'us-east-1', clock: systemClock, store, delays: AT_ONCE };
  const authorize = createAuthorize({
    ...world,
    roles: {
      named: () => undefined,
      policiesOf: () => [parsePolicy({ Statement: allowed })],
      boundaryOf: () => undefined,
      tagsOf: () => ({}),
    },
  });
  logs = openLogs(world, { authorize });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const GROUP = `arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/f`;
const may = (Action: string | string[], Resource: string | string[] = `${GROUP}:*`): object => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const ALL = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const deliver = (message = 'hello'): void =>
  logs.sink.deliver({
    principal: role,
    group: '/aws/lambda/f',
    stream: 's',
    events: [{ timestamp: Date.now(), message }],
  });

async function ask(operation: string, input: object): Promise<unknown> {
  const request: WireRequest = {
    method: 'POST',
    path: '/',
    query: '',
    headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  };
  const response = await logs.service.handle(request, { principal: owner, requestId: 'x' });
  return response.body === '' ? undefined : JSON.parse(response.body.toString());
}

const messages = async (): Promise<unknown> =>
  ask('GetLogEvents', { logGroupName: '/aws/lambda/f', logStreamName: 's', startFromHead: true });

test('a role that may do all three gets its group, its stream and its lines', async () => {
  allowed = [may(ALL)];

  deliver('one');
  deliver('two');

  expect(await messages()).toMatchObject({ events: [{ message: 'one' }, { message: 'two' }] });
});

test.each<[string, object[]]>([
  ['nothing', []],
  ['all but making the group', [may(['logs:CreateLogStream', 'logs:PutLogEvents'])]],
  ['all on a resource that lacks the star behind the group', [may(ALL, GROUP)]],
  ['all, but is denied one', [may(ALL), { ...may('logs:CreateLogGroup'), Effect: 'Deny' }]],
])('a role that may do %s leaves no group behind', async (_what, statements) => {
  allowed = statements;

  deliver();

  expect(await ask('DescribeLogGroups', {})).toEqual({ logGroups: [] });
});

test('a role that may not make the group writes into one that is there', async () => {
  allowed = [may(['logs:CreateLogStream', 'logs:PutLogEvents'])];
  await ask('CreateLogGroup', { logGroupName: '/aws/lambda/f' });

  deliver();

  expect(await messages()).toMatchObject({ events: [{ message: 'hello' }] });
});

test('a role that may not put events has a stream without any', async () => {
  allowed = [may(['logs:CreateLogGroup', 'logs:CreateLogStream'])];

  deliver();

  expect(await messages()).toMatchObject({ events: [] });
});

test('a group that was deleted is made anew by a late delivery', async () => {
  allowed = [may(ALL)];
  deliver('before');
  await ask('DeleteLogGroup', { logGroupName: '/aws/lambda/f' });

  deliver('after');

  expect(await messages()).toMatchObject({ events: [{ message: 'after' }] });
});

test('lines that were delivered are on disk without any request', async () => {
  allowed = [may(ALL)];

  deliver();
  await store.flush();

  const entries = await store.journal('logs-events').read({ from: '', to: '~' });
  expect(entries).toHaveLength(1);
});

test('a bug on the way of a line is told, and ends nothing', async () => {
  const told: unknown[] = [];
  const listen = (error: unknown): void => void told.push(error);
  subscribe(BUGS, listen);
  allowed = [{ Effect: 'what nobody can read' }];

  deliver();

  await until(() => told.length > 0);
  unsubscribe(BUGS, listen);
  expect(told).toEqual([expect.objectContaining({ name: 'ValiError' })]);
});
