import type { AwsError } from '../../../errors.js';
import type { Keyring } from '../../../identity.js';
import { uuid } from '../../../ids.js';
import type { InvocationResult, LogSink, Roles, World } from '../../ports.js';
import type { CodeStore } from '../code/code-store.js';
import { roleNotAssumableAtInvoke, serviceException, tooManyRequests } from '../errors.js';
import { servingSettings, type FunctionRecord, type FunctionSettings } from '../state.js';
import { ExecutionEnvironment, type EnvironmentListener } from './environment.js';
import { unsupportedRuntimePayload } from './failures.js';
import type { ExecutionLimits } from './limits.js';
import { LogStream } from './log-stream.js';
import { Pool } from './pool.js';
import { Reaper } from './reaper.js';
import { ScratchFolders } from './scratch-folders.js';
import { kindOf, startChild } from './start-child.js';
import { environmentVariables, ownVariables } from './variables.js';

export interface ExecutorOptions {
  readonly world: World;
  readonly roles: Roles;
  readonly logs: LogSink;
  readonly keyring: Keyring;
  readonly codes: Pick<CodeStore, 'folder'>;
  /** The function, or a version of it, as it is now; undefined when it was deleted. */
  readonly current: (name: string, version?: string) => FunctionRecord | undefined;
  readonly endpoint: () => string;
  /** Where processes keep their temporary files. */
  readonly scratchFolder: string;
  readonly workerScript: string;
  /** What functions may read of ours: the AWS SDK. */
  readonly sdkFolders: () => Promise<readonly string[]>;
  readonly limits: ExecutionLimits;
  /** Called when a version that was replaced or deleted has no process any more. */
  readonly onLeft: () => void;
}

export interface InvocationRequest {
  readonly requestId: string;
  /** As it was invoked: with the version when the caller named one. */
  readonly functionArn: string;
  /** JSON text, not empty. */
  readonly event: Buffer;
  readonly clientContext?: unknown;
}

/** What a function, or a version of it, is made of now, and its processes. */
interface Serving {
  readonly name: string;
  readonly version: string;
  readonly generation: string;
  readonly codeId: string;
  readonly pool: Pool;
  readonly scratch: ScratchFolders;
}

const keyOf = ({ name, version }: Pick<FunctionRecord, 'name' | 'version'>): string => `${name}:${version}`;

/** Runs functions: one pool of processes per version of each. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #serving = new Map<string, Serving>();
  /** What was replaced or deleted and still answer what they had begun. */
  readonly #leaving = new Set<Serving>();
  /** Code that is being put in place for a version's first process. */
  readonly #opening = new Set<{ readonly codeId: string }>();
  readonly #underWay = new Map<string, number>();
  readonly #reaper = new Reaper();
  #preparing: Promise<void> = Promise.resolve();
  #total = 0;
  #closed = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Code that some process still runs. */
  get codeInUse(): ReadonlySet<string> {
    const all = [...this.#serving.values(), ...this.#leaving, ...this.#opening];
    return new Set(all.map(({ codeId }) => codeId));
  }

  /** @throws AwsError when there are too many invocations at once, or the role cannot be assumed. */
  async invoke(record: FunctionRecord, request: InvocationRequest): Promise<InvocationResult> {
    const settings = servingSettings(record);
    if (kindOf(settings.Runtime) === undefined) return unsupported(settings, request);
    const { name } = record;
    this.#admit(record);
    try {
      const serving = this.#current(record, settings) ?? (await this.#replace(record, settings));
      const answer = new Promise<InvocationResult>((resolve, reject) =>
        serving.pool.run({ ...request, resolve, reject }),
      );
      if (this.#leaving.has(serving)) this.#leave(serving);
      return await answer;
    } finally {
      this.#total -= 1;
      const left = (this.#underWay.get(name) ?? 1) - 1;
      if (left > 0) this.#underWay.set(name, left);
      else this.#underWay.delete(name);
    }
  }

  /**
   * Has what functions may read of ours looked for, now that there will be one: its first invocation would wait for that
   * for 6 ms, a tenth of what it waits for in all.
   */
  prepare(): void {
    setImmediate(() => {
      if (this.#closed) return;
      // Where it fails, an invocation looks again, and tells.
      this.#preparing = this.#options.sdkFolders().then(
        () => undefined,
        () => undefined,
      );
    });
  }

  /** Lets the processes of a function, or of one version, end when they have answered what they had begun. */
  retire(name: string, version?: string): void {
    for (const [key, serving] of [...this.#serving]) {
      if (serving.name !== name || (version !== undefined && serving.version !== version)) continue;
      this.#serving.delete(key);
      this.#leave(serving);
    }
  }

  #leave(serving: Serving): void {
    this.#leaving.add(serving);
    serving.pool.retire();
    serving.scratch.close();
    void serving.pool.whenEmpty().then(() => {
      this.#leaving.delete(serving);
      this.#options.onLeft();
    });
  }

  /** Ends all processes, at once. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#serving.values(), ...this.#leaving];
    for (const { scratch } of all) scratch.close();
    await Promise.all(all.map(({ pool }) => pool.close(stopping())));
    await Promise.all([this.#preparing, this.#reaper.close()]);
  }

  /** The versions of a function share its concurrency. */
  #admit({ name }: FunctionRecord): void {
    const reservedConcurrency = this.#options.current(name)?.reservedConcurrency;
    const underWay = this.#underWay.get(name) ?? 0;
    if (reservedConcurrency !== undefined && underWay >= reservedConcurrency) {
      throw tooManyRequests('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    if (this.#total >= this.#options.limits.accountConcurrency) {
      throw tooManyRequests('ConcurrentInvocationLimitExceeded');
    }
    this.#underWay.set(name, underWay + 1);
    this.#total += 1;
  }

  #current(record: FunctionRecord, { generation }: FunctionSettings): Serving | undefined {
    const serving = this.#serving.get(keyOf(record));
    return serving?.generation === generation ? serving : undefined;
  }

  /** The first invocation of a new version: its code is put in place, and the old one's processes may end. */
  async #replace(record: FunctionRecord, settings: FunctionSettings): Promise<Serving> {
    const opening = { codeId: settings.code.id };
    this.#opening.add(opening);
    try {
      const [codeFolder, sdkFolders] = await Promise.all([
        this.#options.codes.folder(settings.code.id),
        this.#options.sdkFolders(),
      ]);
      if (this.#closed) throw stopping();
      return this.#current(record, settings) ?? this.#install(record, settings, { codeFolder, sdkFolders });
    } finally {
      this.#opening.delete(opening);
    }
  }

  /** A version that was replaced or deleted meanwhile still answers who asked for it, and leaves at once. */
  #install(
    asked: FunctionRecord,
    settings: FunctionSettings,
    folders: { codeFolder: string; sdkFolders: readonly string[] },
  ): Serving {
    const { name, version } = asked;
    const { limits, world, current, scratchFolder: root } = this.#options;
    const scratch = new ScratchFolders({ root, keepMs: limits.idleMs });
    const serving = {
      name,
      version,
      generation: settings.generation,
      codeId: settings.code.id,
      pool: new Pool({
        start: (listener) => this.#start({ name, version, settings, ...folders, scratch, listener }),
        limits,
        now: () => world.clock.now(),
        onChange: () => this.#watch(),
      }),
      scratch,
    };
    const record = current(name, version);
    if (record && servingSettings(record).generation === settings.generation) {
      this.retire(name, version);
      this.#serving.set(keyOf(asked), serving);
    } else this.#leaving.add(serving);
    return serving;
  }

  #start(options: {
    name: string;
    version: string;
    settings: FunctionSettings;
    codeFolder: string;
    sdkFolders: readonly string[];
    scratch: ScratchFolders;
    listener: EnvironmentListener;
  }): ExecutionEnvironment {
    const { name, version, settings, codeFolder, sdkFolders, scratch, listener } = options;
    const { world, roles, logs, keyring, endpoint, limits, workerScript } = this.#options;
    const principal = roles.trusts(settings.Role, 'lambda.amazonaws.com')
      ? roles.session(settings.Role, name)
      : undefined;
    if (!principal) throw roleNotAssumableAtInvoke();
    const now = (): number => world.clock.now();
    const scratchFolder = scratch.take();
    const credentials = keyring.issue(principal, limits.credentialsSeconds);
    const own = ownVariables(settings.Environment?.Variables ?? {});
    const logStream = logStreamName(now(), version);
    const log = new LogStream({
      deliver: (events) =>
        logs.deliver({ principal, group: settings.LoggingConfig.LogGroup, stream: logStream, events }),
      now,
      limits,
    });
    const variables = environmentVariables({
      functionName: name,
      version,
      settings,
      own: own.variables,
      region: world.region,
      credentials,
      endpoint: endpoint(),
      codeFolder,
      scratchFolder,
      logStream,
    });
    return new ExecutionEnvironment(
      {
        runtime: settings.Runtime,
        region: world.region,
        version,
        timeoutSeconds: settings.Timeout,
        memorySize: settings.MemorySize,
        start: (child) =>
          startChild(
            {
              runtime: settings.Runtime,
              memorySize: settings.MemorySize,
              workerScript,
              sdkFolders,
              codeFolder,
              scratchFolder,
              variables,
              now,
            },
            child,
          ),
        remarks: own.remarks,
        log,
        now,
        limits,
      },
      {
        changed: (environment) => listener.changed(environment),
        free: (environment) => listener.free(environment),
        gone: (environment, initFailed) => {
          keyring.revoke(credentials.accessKeyId);
          scratch.giveBack(scratchFolder, environment);
          listener.gone(environment, initFailed);
        },
      },
    );
  }

  #watch(): void {
    const all = [...this.#serving.values(), ...this.#leaving];
    this.#reaper.watch(all.flatMap(({ pool }) => pool.targets));
  }
}

/** `2025/11/25/[$LATEST]<32 hex digits>` */
function logStreamName(at: number, version: string): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${uuid().replaceAll('-', '')}`;
}

function unsupported(settings: FunctionSettings, { requestId }: InvocationRequest): InvocationResult {
  return {
    payload: unsupportedRuntimePayload(requestId, settings.Runtime),
    functionError: 'Unhandled',
    log: '',
    requestId,
  };
}

const stopping = (): AwsError => serviceException('The local AWS is stopping.');
