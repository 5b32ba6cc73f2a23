import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsCall } from '../../src/aws/calls.js';
import { isGone } from '../../src/aws/errors.js';
import { createClients, type Aws, type TimeOuts } from '../../src/aws/clients.js';
import type { Target } from '../../src/aws/target.js';
import type { Clock, Waiting } from '../../src/aws/waiting.js';
import { down, type DownReport } from '../../src/engine/down.js';
import { status, type StatusReport } from '../../src/engine/status.js';
import { up, type UpReport } from '../../src/engine/up.js';
import type { Walk } from '../../src/engine/walk.js';
import { archiveHandler } from '../../src/tutorial/archive.js';
import { placed, type LookEnv, type ShippedHandler, type StepEnv } from '../../src/tutorial/env.js';
import { describeLab, type Lab, type LabOptions } from '../../src/tutorial/lab.js';
import { STEPS } from '../../src/tutorial/steps/index.js';
import type { TestAws } from './local-aws.js';

/** A lab on a test's own AWS: the real steps and engine, without the command line. */
export interface TestLab {
  readonly lab: Lab;
  readonly aws: Aws;
  /** Where the AWS is. */
  readonly endpoint: string;
  readonly env: StepEnv;
  readonly walk: Walk<StepEnv, LookEnv>;
  /** What `up` is given. */
  readonly making: Parameters<typeof up<StepEnv, LookEnv>>[0];
  /** Every AWS call so far, as `iam:CreateRole`. */
  readonly calls: string[];
  /** Copies that were kept, by the name that was given to them. */
  readonly copies: ReadonlyMap<string, Uint8Array>;
  /** The calls so far that changed something. */
  writes(): string[];
  up(): Promise<UpReport>;
  /** `up --adopt`, with `--adopt-id` for each of `ids`. */
  adopt(...ids: string[]): Promise<UpReport>;
  status(): Promise<StatusReport>;
  down(options?: { includeAdopted?: boolean }): Promise<DownReport>;
}

const WRITES = /:(Create|Put|Update|Delete|Add|Remove|Tag|Untag|Attach|Detach)/;

const realTime: Clock = { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };

/** How a test runs a lab. */
export interface Run {
  /** The real one unless given. */
  readonly clock?: Clock;
  /** Interrupts it. */
  readonly signal?: AbortSignal;
  /** Hears what is waited for. */
  readonly note?: (text: string) => void;
  /** How long one try of a call may take; as ever unless given. */
  readonly timeOuts?: TimeOuts;
}

/** Read and zipped once for all labs of a test file: it is the same for all. */
let shipped: Promise<ShippedHandler> | undefined;

async function shippedHandler(): Promise<ShippedHandler> {
  const bundle = await readFile(fileURLToPath(new URL('../../dist/handler/index.js', import.meta.url)));
  const archive = await archiveHandler(bundle);
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  return { sha256, archive: () => Promise.resolve(archive) };
}

/** Labs of different names share one AWS and never touch each other, so each test takes a name of its own. */
export async function openLab(
  on: Pick<TestAws, 'endpoint' | 'account' | 'region' | 'clientConfig' | 'closings'>,
  name: string,
  options: LabOptions = {},
  run: Run = {},
): Promise<TestLab> {
  const { clock = realTime, signal = new AbortController().signal, note = () => undefined, timeOuts } = run;
  const calls: string[] = [];
  const copies = new Map<string, Uint8Array>();
  const waiting: Waiting = { clock, signal, note };
  const target: Target = {
    kind: 'local',
    region: on.region,
    endpoint: on.endpoint,
    profile: undefined,
    credentials: on.clientConfig.credentials,
  };
  const onCall = ({ service, operation }: AwsCall): void => void calls.push(`${service}:${operation}`);
  const aws = createClients(target, { waiting, onCall, timeOuts });
  on.closings.add(() => aws.close());
  const handler = await (shipped ??= shippedHandler());
  const lab = describeLab(name, options);
  const env: StepEnv = {
    lab,
    aws,
    waiting,
    place: { partition: 'aws', account: on.account, region: on.region },
    handler,
    keepCopy: (copy, content) => {
      copies.set(copy, content);
      return Promise.resolve(`/kept/${copy}`);
    },
  };
  const walk: Walk<StepEnv, LookEnv> = {
    steps: STEPS,
    lookFor: () => placed(env),
    envFor: () => env,
    listener: () => undefined,
    clock,
    signal,
  };
  const making = { ...walk, dryRun: false, isOvertaken: isGone, beforeWriting: () => Promise.resolve() };
  return {
    lab,
    aws,
    endpoint: on.endpoint,
    env,
    walk,
    making,
    calls,
    copies,
    writes: () => calls.filter((call) => WRITES.test(call)),
    up: () => up(making),
    adopt: (...ids) => up({ ...making, adoption: { ids, confirm: () => Promise.resolve(true) } }),
    status: () => status(walk),
    down: (chosen = {}) => down({ ...walk, ...chosen, confirm: () => Promise.resolve(true) }),
  };
}

/** `{ role: 'created', … }` */
export function outcomes(report: {
  steps: readonly { id: string; outcome: string }[];
}): Record<string, string> {
  return Object.fromEntries(report.steps.map(({ id, outcome }) => [id, outcome]));
}

/** The same outcome for every step. */
export const allSteps = (outcome: string): Record<string, string> =>
  Object.fromEntries(STEPS.map(({ id }) => [id, outcome]));

/** `['function memory']`: which settings of which steps are not as the lab declares them. */
export function differing(report: StatusReport): string[] {
  return report.steps.flatMap(({ id, differences }) => differences.map(({ setting }) => `${id} ${setting}`));
}
