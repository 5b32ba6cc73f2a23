/** What a function's process may touch. */
export interface Reach {
  readonly workerScript: string;
  readonly sdkFolders: readonly string[];
  readonly codeFolder: string;
  readonly scratchFolder: string;
}

/**
 * What Node.js 20 and 22 do of themselves and Lambda's runtimes of these versions do not (Lambda developer guide,
 * "Building Lambda functions with Node.js"): there, a `.js` with an `export` in it is a syntax error.
 */
const SWITCHED_OFF = ['detect-module', 'require-module'];

/** The flags for them, but those that the function's own NODE_OPTIONS take back, as Lambda lets it. */
function withoutExperiments(runtime: number, nodeOptions: string): string[] {
  if (runtime >= 24) return [];
  const asked = nodeOptions.split(/\s+/);
  return SWITCHED_OFF.filter((feature) => !asked.includes(`--experimental-${feature}`)).map(
    (feature) => `--no-experimental-${feature}`,
  );
}

/**
 * The arguments of the node that runs a function: heap limits as Lambda's own bootstrap sets them (90 and 5 per cent
 * of the memory size), and Node's permission model as far as this Node has it: no child processes, no threads, no
 * native code, and of the disk only the function's own folders and the AWS SDK.
 */
export function nodeFlags(options: {
  /** 24 for `nodejs24.x`. */
  runtime: number;
  memorySize: number;
  /** Of the function's own variables; '' without. */
  nodeOptions: string;
  reach: Reach;
  known: ReadonlySet<string>;
}): string[] {
  const { runtime, memorySize, nodeOptions, reach, known } = options;
  const { workerScript, sdkFolders, codeFolder, scratchFolder } = reach;
  const wanted = [
    `--max-old-space-size=${Math.floor(memorySize * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memorySize * 0.05))}`,
    '--disable-warning=ExperimentalWarning',
    ...withoutExperiments(runtime, nodeOptions),
  ].filter((flag) => known.has(flag.replace(/=.*/, '')));
  const permission = ['--permission', '--experimental-permission'].find((flag) => known.has(flag));
  if (permission === undefined) return [...wanted, workerScript, scratchFolder];
  // Once each, and with the star alone: Node 20 aborts on a folder that is allowed beside what is in it.
  const within = (folder: string): string => `${folder}/*`;
  return [
    ...wanted,
    permission,
    ...[workerScript, ...[codeFolder, scratchFolder, ...sdkFolders].map(within)].map(
      (path) => `--allow-fs-read=${path}`,
    ),
    `--allow-fs-write=${within(scratchFolder)}`,
    // Newer than the rest: without it the model would also take the network away.
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
    workerScript,
    scratchFolder,
  ];
}
