import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '../../src/local/clock.js';
import type { FaultPlan } from '../../src/local/faults.js';
import { openInstance, type Instance } from '../../src/local/instance.js';

export const TEST_CREDENTIALS = {
  accessKeyId: 'AKIALOCALTEST0000000',
  secretAccessKey: 'a-secret-that-only-the-tests-know',
};

/** What every SDK client of a test is made with. */
export interface TestClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof TEST_CREDENTIALS;
  readonly maxAttempts: number;
}

export interface TestAws extends AsyncDisposable {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly folder: string;
  readonly clientConfig: TestClientConfig;
  /** Stops the server and starts another on the same state and port; `meanwhile` has the state to itself. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  /** Clients to close by `release`: their idle connections would use up those that the server allows. */
  readonly closings: Set<() => void>;
  /** Closes what was opened since the last time. */
  release(): void;
  /** Stops the server and removes all it kept. */
  stop(): Promise<void>;
}

export interface TestAwsOptions {
  readonly clock?: Clock;
  readonly likeAws?: boolean;
  readonly faults?: FaultPlan;
}

/** A local AWS of its own for one test file: in this process, in a temporary folder, on a free port. */
export async function startTestAws(options: TestAwsOptions = {}): Promise<TestAws> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-test-'));
  const account = '000000000000';
  const region = 'us-east-1';
  const open = (port: number): Promise<Instance> =>
    openInstance({
      folder,
      account,
      region,
      port,
      credentials: TEST_CREDENTIALS,
      workerScript: fileURLToPath(new URL('../../dist/lambda-worker.cjs', import.meta.url)),
      version: 'test',
      clock: systemClock,
      // Clients sign by the system's clock, whatever the test's own says.
      signatureClock: systemClock,
      ...options,
    });
  let instance = await open(0);
  const closings = new Set<() => void>();
  const release = (): void => {
    for (const close of closings) close();
    closings.clear();
  };
  const stop = async (): Promise<void> => {
    release();
    await instance.close();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    endpoint: instance.endpoint,
    account,
    region,
    folder,
    clientConfig: {
      endpoint: instance.endpoint,
      region,
      credentials: TEST_CREDENTIALS,
      maxAttempts: 1,
    },
    restart: async (meanwhile) => {
      const { port } = instance;
      await instance.close();
      await meanwhile?.();
      instance = await open(port);
    },
    closings,
    release,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
