import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultPlan } from '../../src/local/faults.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';
import { BINARY, runNode, type Ended, type RunOptions } from './command.js';

const PEAK = fileURLToPath(new URL('./floor/peak.js', import.meta.url));

/** An account behind `--endpoint-url`, in which labs are made by the built binary; nothing of it is left. */
export interface Account extends AsyncDisposable {
  readonly aws: TestAws;
  /** @throws when the command fails */
  run(command: string, options?: { lab?: string }): Promise<Ended>;
  /** Runs it too. @returns the most memory that its process had at once, in MiB */
  peakOf(command: string, options?: Pick<RunOptions, 'readAfterMs'>): Promise<number>;
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
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
    runNode(args, { ...options, home, environment });
  const typed = (command: string, lab = 'default'): string[] => [
    BINARY,
    ...command.split(' '),
    ...place,
    '--lab',
    lab,
  ];
  return {
    aws,
    run: (command, { lab } = {}) => run(typed(command, lab)),
    peakOf: async (command, options) => {
      const { stderr } = await run(['--import', PEAK, ...typed(command)], options);
      return Number(stderr.trimEnd().split('\n').at(-1)) / 1024;
    },
    [Symbol.asyncDispose]: async () => {
      await aws.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
