import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from './clock.js';
import { Faults, type FaultPlan } from './faults.js';
import { healthAnswer } from './health.js';
import { STATE_FOLDER } from './home.js';
import { createKeyring, type Credentials } from './identity.js';
import { AT_ONCE, LIKE_AWS, REQUEST_QUOTAS } from './like-aws.js';
import { listenOnLoopback } from './listener.js';
import { createLocalServer } from './server.js';
import { removeFolder } from './remove-folder.js';
import { openServices } from './services/index.js';
import { openSessions } from './sessions.js';
import { openStore } from './store.js';

export interface InstanceOptions {
  /** All that this AWS keeps is below this folder. */
  readonly folder: string;
  readonly account: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: Clock;
  /** The script that a function's process runs. */
  readonly workerScript: string;
  /** Of lab-setup; the answer to a health check bears it. */
  readonly version: string;
  /** Of that version; the answer bears it, too. */
  readonly build?: () => string;
  /** Called at each request that counts as use. */
  readonly onRequest?: () => void;
  /** Whether changes take their time, and requests have quotas. */
  readonly likeAws?: boolean;
  /** By which signatures are judged; `clock` unless that one runs ahead of those who sign. */
  readonly signatureClock?: Clock;
  /** For tests: what goes wrong with which call. */
  readonly faults?: FaultPlan;
}

/** A local AWS that is listening. */
export interface Instance {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Stops the functions, answers what can be answered soon, and closes the state. Ends within a few seconds, whoever is connected. */
  close(): Promise<void>;
}

/** The local AWS in this process: opens the state, puts the services together and listens on this machine alone. */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { folder, account, region, clock } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A folder that was there before keeps its mode: all below it is for its owner only.
  await chmod(folder, 0o700);
  const store = await openStore(join(folder, STATE_FOLDER));
  const keyring = createKeyring({
    owner: {
      credentials: options.credentials,
      principal: {
        kind: 'owner',
        account,
        arn: `arn:aws:iam::${account}:user/lab-setup`,
        userId: 'AIDALABSETUPLOCALOWNR',
      },
    },
    clock,
    granted: openSessions(store),
  });
  const functionsFolder = join(folder, 'functions');
  await removeFolder(functionsFolder);
  const startedAt = new Date(clock.now()).toISOString();
  let port = 0;
  let endpoint = '';
  const services = await openServices({
    world: { account, region, clock, store, delays: options.likeAws ? LIKE_AWS : AT_ONCE },
    quotas: options.likeAws ? REQUEST_QUOTAS : [],
    keyring,
    endpoint: () => endpoint,
    dynamodbFolder: join(folder, 'dynamodb'),
    functionsFolder,
    workerScript: options.workerScript,
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const closing = new AbortController();
  const server = createLocalServer({
    planes: services,
    keyring,
    region,
    clock: options.signatureClock ?? clock,
    store,
    health: (query) =>
      healthAnswer(
        {
          pid: process.pid,
          version: options.version,
          build: options.build?.() ?? '',
          startedAt,
          likeAws: options.likeAws ?? false,
        },
        {
          secret: options.credentials.secretAccessKey,
          port,
          query,
          inside: () => ({ memoryBytes: process.memoryUsage.rss(), contents: services.contents() }),
        },
      ),
    ...(options.onRequest ? { onRequest: options.onRequest } : {}),
    ...(options.faults ? { faults: new Faults(options.faults, closing.signal) } : {}),
  });
  const listener = await listenOnLoopback(server, options.port).catch(async (error: unknown) => {
    await services.close();
    await store.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    closing.abort();
    // What is under way ends with the functions and the databases that it waits for.
    await Promise.all([listener.close(), services.close()]);
    await store.close();
  };
  port = listener.port;
  endpoint = `http://127.0.0.1:${port}`;
  return { port, endpoint, startedAt, close };
}
