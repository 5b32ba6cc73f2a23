import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { systemClock, type Clock } from '../../src/local/clock.js';
import { createKeyring, type Keyring } from '../../src/local/identity.js';
import { createLocalServer, portOf } from '../../src/local/server.js';
import type { ExecutionLimits } from '../../src/local/services/lambda/execution/limits.js';
import { openLambda, type Lambda } from '../../src/local/services/lambda/index.js';
import { AT_ONCE, type Delays } from '../../src/local/like-aws.js';
import type { LogEvent } from '../../src/local/services/ports.js';
import { openStore } from '../../src/local/store.js';
import { TEST_CREDENTIALS } from './local-aws.js';
import { zipOf } from './zip.js';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/lab`;
/** A role that exists, and whose trust policy does not name Lambda. */
export const UNTRUSTED_ROLE = `arn:aws:iam::${ACCOUNT}:role/other`;

export interface Delivery {
  readonly principal: string;
  readonly group: string;
  readonly stream: string;
  readonly events: readonly LogEvent[];
}

/** Lambda alone behind a real server, with roles that are only names and a log that is an array. */
export interface TestLambda {
  readonly client: LambdaClient;
  readonly endpoint: string;
  /** Where all is kept. */
  readonly folder: string;
  readonly lambda: Lambda;
  readonly keyring: Keyring;
  readonly deliveries: readonly Delivery[];
  /** Makes a function of the default configuration that `changes` changes. */
  create(name: string, code: string | Record<string, string>, changes?: object): Promise<void>;
  /** Invokes and parses what comes back. */
  invoke(name: string, event?: unknown): Promise<{ result: unknown; error: string | undefined; log: string }>;
  /** The messages of all log events so far of a function's group. */
  logged(name: string): Promise<string>;
  /** Withdraws the trust from ROLE, or gives it back. */
  trust(trusted: boolean): void;
  /** Stops everything; removes the folder too, unless the test brought its own. */
  stop(): Promise<void>;
}

export async function startTestLambda(
  options: {
    delays?: Partial<Delays>;
    limits?: Partial<ExecutionLimits>;
    clock?: Clock;
    folder?: string;
  } = {},
): Promise<TestLambda> {
  const own = options.folder === undefined;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'lab-setup-lambda-')));
  const clock = options.clock ?? systemClock;
  const store = await openStore(join(folder, 'state'));
  const owner = {
    kind: 'owner',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/t`,
    userId: 'AIDAT',
  } as const;
  const keyring = createKeyring({ owner: { credentials: TEST_CREDENTIALS, principal: owner }, clock });
  const workerScript = join(folder, 'lambda-worker.cjs');
  await buildWorker(workerScript);
  const deliveries: Delivery[] = [];
  const limits = { logDelayMs: 5, ...options.limits };
  const trusted = new Set([ROLE]);
  let endpoint = '';
  const lambda = await openLambda(
    { account: ACCOUNT, region: REGION, clock, store, delays: { ...AT_ONCE, ...options.delays } },
    {
      authorize: () => undefined,
      roles: {
        find: () => undefined,
        trusts: (arn) => trusted.has(arn),
        session: (arn, name) => ({
          kind: 'role-session',
          account: ACCOUNT,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${arn.split('/').at(-1) ?? ''}/${name}`,
          userId: `AROAT:${name}`,
          roleName: arn.split('/').at(-1) ?? '',
        }),
        policiesOf: () => [],
      },
      logs: {
        deliver: ({ principal, ...delivery }) =>
          void deliveries.push({ principal: principal.arn, ...delivery }),
      },
      keyring,
      endpoint: () => endpoint,
      folder: join(folder, 'functions'),
      workerScript,
      limits,
    },
  );
  const server = createLocalServer({
    planes: { services: [lambda.service], dataPlane: lambda.serveCode },
    keyring,
    region: REGION,
    clock,
    store,
    health: () => ({}),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${portOf(server)}`;
  const client = new LambdaClient({
    endpoint,
    region: REGION,
    credentials: TEST_CREDENTIALS,
    maxAttempts: 1,
  });

  return {
    client,
    endpoint,
    folder,
    lambda,
    keyring,
    deliveries,
    create: async (name, code, changes = {}) => {
      const files = typeof code === 'string' ? { 'index.js': code } : code;
      await client.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Runtime: 'nodejs24.x',
          Role: ROLE,
          Handler: 'index.handler',
          Code: { ZipFile: zipOf(files) },
          ...changes,
        }),
      );
    },
    invoke: async (name, event) => {
      const { Payload, FunctionError, LogResult } = await client.send(
        new InvokeCommand({
          FunctionName: name,
          LogType: 'Tail',
          ...(event === undefined ? {} : { Payload: JSON.stringify(event) }),
        }),
      );
      return {
        result: JSON.parse(Buffer.from(Payload ?? []).toString()),
        error: FunctionError,
        log: Buffer.from(LogResult ?? '', 'base64').toString(),
      };
    },
    logged: async (name) => {
      // A timer that began later, and takes longer, than that of the last line's delivery.
      await new Promise((resolve) => setTimeout(resolve, limits.logDelayMs + 1));
      return deliveries
        .filter(({ group }) => group === `/aws/lambda/${name}`)
        .flatMap(({ events }) => events.map(({ message }) => message))
        .join('');
    },
    trust: (yes) => {
      if (yes) trusted.add(ROLE);
      else trusted.delete(ROLE);
    },
    stop: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await lambda.close();
      await store.close();
      if (own) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a call that AWS refuses was answered. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number | undefined; name: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof LambdaServiceException)) throw error;
    return { status: error.$metadata.httpStatusCode, name: error.name, message: error.message };
  }
  throw new Error('the call was not refused');
}

/** As esbuild.config.js does it, so that the tests run what the source says. */
async function buildWorker(outfile: string): Promise<void> {
  await build({
    entryPoints: ['src/local/services/lambda/worker.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'import.meta.filename': '__filename' },
    logLevel: 'error',
  });
}
