import type { Child, ChildListener } from './child.js';
import { nodeFlags } from './node-flags.js';
import { RuntimeChild } from './runtime-child.js';
import { WorkerChild } from './worker-child.js';

/** How functions of a runtime are run: in our own worker, as their own runtime, or not at all. */
export type Kind = 'worker' | 'custom-runtime';

/** Undefined for a runtime that does not run here. */
export function kindOf(runtime: string): Kind | undefined {
  if (runtime.startsWith('nodejs')) return 'worker';
  return runtime.startsWith('provided') ? 'custom-runtime' : undefined;
}

export interface ChildOptions {
  readonly runtime: string;
  readonly memorySize: number;
  readonly workerScript: string;
  readonly sdkFolders: readonly string[];
  readonly codeFolder: string;
  readonly scratchFolder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Starts a process for a function whose runtime runs here. */
export function startChild(options: ChildOptions, listener: ChildListener): Child {
  const { codeFolder: folder, variables, now } = options;
  if (kindOf(options.runtime) === 'custom-runtime')
    return new RuntimeChild({ folder, variables, now }, listener);
  const { memorySize, workerScript, sdkFolders, codeFolder, scratchFolder } = options;
  const flags = nodeFlags({
    runtime: Number(/\d+/.exec(options.runtime)?.[0] ?? 0),
    memorySize,
    nodeOptions: variables['NODE_OPTIONS'] ?? '',
    reach: { workerScript, sdkFolders, codeFolder, scratchFolder },
    known: process.allowedNodeEnvironmentFlags,
  });
  return new WorkerChild({ executable: process.execPath, arguments: flags, folder, variables }, listener);
}
