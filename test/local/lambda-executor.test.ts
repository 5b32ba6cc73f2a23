import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AT_ONCE } from '../../src/local/like-aws.js';
import { systemClock } from '../../src/local/clock.js';
import { createKeyring } from '../../src/local/identity.js';
import { Executor } from '../../src/local/services/lambda/execution/executor.js';
import { defaultLimits } from '../../src/local/services/lambda/execution/limits.js';
import type { FunctionRecord } from '../../src/local/services/lambda/state.js';
import { openStore, type Store } from '../../src/local/store.js';
import { until } from '../_helpers/gate.js';
import { TEST_CREDENTIALS } from '../_helpers/local-aws.js';

const principal = {
  kind: 'role-session',
  account: '0',
  arn: 'arn:aws:sts::0:assumed-role/r/t',
  userId: 'AROAT:t',
  roleName: 'r',
} as const;

const record: FunctionRecord = {
  name: 'f',
  version: '$LATEST',
  lastVersion: 0,
  settings: {
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::0:role/r',
    Handler: 'index.handler',
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/g' },
    code: { id: 'code', size: 1 },
    generation: 'one',
  },
  state: 'Active',
  settlesAt: 0,
  revisionId: 'r',
  lastModified: 0,
  tags: {},
  statements: [],
};

let folder: string;
let store: Store;
let executor: Executor;
let current: FunctionRecord | undefined;
/** What happens while a version's code is put in place. */
let meanwhile = (): void => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-setup-executor-'));
  store = await openStore(join(folder, 'state'));
  current = record;
  executor = new Executor({
    world: { account: '0', region: 'us-east-1', clock: systemClock, store, delays: AT_ONCE },
    roles: { find: () => undefined, trusts: () => true, session: () => principal, policiesOf: () => [] },
    logs: { deliver: () => undefined },
    keyring: createKeyring({ owner: { credentials: TEST_CREDENTIALS, principal }, clock: systemClock }),
    codes: {
      folder: () => {
        meanwhile();
        return Promise.resolve(folder);
      },
    },
    current: () => current,
    endpoint: () => 'http://127.0.0.1:1',
    scratchFolder: join(folder, 'scratch'),
    // None: processes end before they are ready, which is an answer as well.
    workerScript: join(folder, 'none.js'),
    sdkFolders: () => Promise.resolve([]),
    limits: defaultLimits(),
    onLeft: () => undefined,
  });
});
afterEach(async () => {
  await executor.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const invoke = () =>
  executor.invoke(record, { requestId: 'id', functionArn: 'arn', event: Buffer.from('{}') });

test('a version that is current stays', async () => {
  meanwhile = () => undefined;
  expect(await invoke()).toMatchObject({ functionError: 'Unhandled' });
  expect([...executor.codeInUse]).toEqual(['code']);
});

test.each<[string, FunctionRecord | undefined]>([
  ['deleted', undefined],
  ['replaced', { ...record, settings: { ...record.settings, generation: 'two' } }],
])('a version that was %s while its code was put in place answers, and leaves', async (_how, next) => {
  meanwhile = () => {
    current = next;
  };
  expect(await invoke()).toMatchObject({ functionError: 'Unhandled' });
  await until(() => executor.codeInUse.size === 0);
});
