import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultPlan } from '../../src/local/faults.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';
import { BINARY, runNode, type Ended } from './command.js';

/** An account behind `--endpoint-url`, in which labs are made by the built binary; nothing of it is left. */
export interface Account extends AsyncDisposable {
  readonly aws: TestAws;
  /** `execArgv`: what node is given before the binary. @throws when the command fails */
  run(command: string, options?: { lab?: string; execArgv?: readonly string[] }): Promise<Ended>;
}

/** @param faults hears of each call that arrives, and may delay it */
export async function openAccount(faults?: FaultPlan): Promise<Account> {
  const aws = await startTestAws(faults ? { faults } : {});
  const home = await mkdtemp(join(tmpdir(), 'lab-setup-bench-'));
  const environment = {
    AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
  };
  const place = ['--target', 'aws', '--endpoint-url', aws.endpoint, '--region', aws.region];
  return {
    aws,
    run: (command, { lab = 'default', execArgv = [] } = {}) =>
      runNode([...execArgv, BINARY, ...command.split(' '), ...place, '--lab', lab], { home, environment }),
    [Symbol.asyncDispose]: async () => {
      await aws.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
