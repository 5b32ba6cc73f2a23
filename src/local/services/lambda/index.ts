import { join } from 'node:path';
import { mkdir, realpath } from 'node:fs/promises';
import type { Keyring } from '../../identity.js';
import { restService } from '../../wire/rest.js';
import type { Contents, Functions, LogSink, Roles, World } from '../ports.js';
import type { Authorize, Service, UnsignedPlane } from '../service.js';
import { accountOperations } from './account-settings.js';
import { AsyncInvocations } from './async-invocations.js';
import { createCodeLocation } from './code/code-location.js';
import { openCodeStore } from './code/code-store.js';
import { offerSdk } from './code/sdk.js';
import { concurrencyOperations } from './concurrency.js';
import { inputError } from './errors.js';
import { Executor } from './execution/executor.js';
import { defaultLimits, type ExecutionLimits } from './execution/limits.js';
import { functionOperations } from './functions.js';
import { invocationOperations, invocationPort } from './invocations.js';
import { neighbourOperations } from './neighbours.js';
import type { Parts } from './parts.js';
import { permissionOperations, resourcePolicyAllows } from './permissions.js';
import { publishOperations } from './publish-version.js';
import { FunctionTable } from './state.js';
import { tagOperations } from './tags.js';
import { updateOperations } from './updates.js';

export interface Lambda {
  readonly functions: Functions;
  readonly service: Service;
  /** The requests for a `Code.Location`. */
  readonly serveCode: UnsignedPlane;
  readonly contents: () => Contents;
  close(): Promise<void>;
}

/** Lambda: the control plane, and the processes that run the functions. */
export async function openLambda(
  world: World,
  options: {
    authorize: Authorize;
    roles: Roles;
    logs: LogSink;
    keyring: Keyring;
    endpoint: () => string;
    folder: string;
    workerScript: string;
    limits?: Partial<ExecutionLimits>;
  },
): Promise<Lambda> {
  const { roles, endpoint } = options;
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // Node's permission model compares real paths.
  const folder = await realpath(options.folder);
  // Looked for when a first function runs: it takes as long as all else that a server does before it listens.
  let sdk: Promise<readonly string[]> | undefined;
  const sdkFolders = (): Promise<readonly string[]> =>
    (sdk ??= offerSdk(folder).catch((error: unknown) => {
      // What stood in the way, such as a full disk, may be gone at the next call.
      sdk = undefined;
      throw error;
    }));
  const limits = { ...defaultLimits(), ...options.limits };
  const functions = new FunctionTable(world);
  const codes = openCodeStore(world.store, join(folder, 'code'));
  const executor = new Executor({
    world,
    roles,
    logs: options.logs,
    keyring: options.keyring,
    codes,
    current: (name, version) => functions.get(name, version),
    endpoint,
    scratchFolder: join(folder, 'scratch'),
    sdkFolders,
    workerScript: await realpath(options.workerScript).catch(() => options.workerScript),
    limits,
    onLeft: () => parts.pruneCode(),
  });
  const events = new AsyncInvocations({
    invoke: async ({ functionName, version, request }) => {
      const record = functions.get(functionName, version);
      return record && executor.invoke(record, request);
    },
    now: () => world.clock.now(),
  });
  const parts: Parts = {
    world,
    roles,
    authorize: options.authorize,
    functions,
    codes,
    location: createCodeLocation({ world, codes, endpoint }),
    executor,
    events,
    limits,
    pruneCode: () => codes.prune(functions.codeIds(), executor.codeInUse),
  };
  return {
    functions: { ...invocationPort(parts), allows: resourcePolicyAllows(parts) },
    service: restService({
      signingName: 'lambda',
      operations: [
        ...functionOperations(parts),
        ...updateOperations(parts),
        ...publishOperations(parts),
        ...permissionOperations(parts),
        ...tagOperations(parts),
        ...concurrencyOperations(parts),
        ...accountOperations(parts),
        ...neighbourOperations(parts),
        ...invocationOperations(parts),
      ],
      authorize: options.authorize,
      inputError,
    }),
    serveCode: parts.location.serve,
    contents: () => ({ functions: functions.list().length }),
    close: async () => {
      events.close();
      await executor.close();
    },
  };
}
