import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Clock } from './clock.js';
import { createKeyring, type Credentials } from './identity.js';
import { createLocalServer, portOf } from './server.js';
import { openServices } from './services/index.js';
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
  readonly health: () => object;
  readonly onRequest?: () => void;
}

/** A local AWS that is listening. */
export interface Instance {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Answers what is under way, stops the functions, and closes the state. */
  close(): Promise<void>;
}

/** The local AWS in this process: opens the state, puts the services together and listens on 127.0.0.1. */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { folder, account, region, clock } = options;
  const store = await openStore(join(folder, 'state'));
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
  });
  const functionsFolder = join(folder, 'functions');
  await rm(functionsFolder, { recursive: true, force: true });
  let endpoint = '';
  const services = await openServices({
    world: { account, region, clock, store },
    keyring,
    endpoint: () => endpoint,
    dynamodbFolder: join(folder, 'dynamodb'),
    functionsFolder,
    workerScript: options.workerScript,
  });
  const server = createLocalServer({
    planes: services,
    keyring,
    region,
    clock,
    store,
    health: options.health,
    ...(options.onRequest ? { onRequest: options.onRequest } : {}),
  });
  const close = async (): Promise<void> => {
    await stopListening(server);
    await services.close();
    await store.close();
  };
  try {
    await listen(server, options.port);
  } catch (error) {
    await services.close();
    await store.close();
    throw error;
  }
  const port = portOf(server);
  endpoint = `http://127.0.0.1:${port}`;
  return { port, endpoint, close };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
