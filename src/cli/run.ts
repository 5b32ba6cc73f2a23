import { setTimeout as sleep } from 'node:timers/promises';
import envPaths from 'env-paths';
import { LabError } from '../lab-error.js';
import { interruption } from './interruption.js';
import type { CommandResult } from './command.js';
import { conclude } from './conclude.js';
import type { Context, Opening } from './context.js';
import type { Edge } from './edge.js';
import type { ExitCode } from './exit-codes.js';
import { homeAt, homeFolder, recordNow } from './home.js';
import type { Package } from './package.js';
import { repeatedFlags } from './place-flags.js';
import type { Invocation } from './program/dispatch.js';
import { toLabError } from './render/error.js';
import type { Reader, Screen } from './screen.js';
import { strayFailure } from './stray-failure.js';

// The SDK warns on standard error of Node versions that it will leave behind; that is not the reader's concern here.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Runs the command that was typed, with what it may know of the process. */
export async function run(
  { command, flags, run: work }: Invocation,
  { screenFor, installed }: { screenFor: (reader: Omit<Reader, 'byNpx'>) => Screen; installed: Package },
): Promise<ExitCode> {
  const lab = flags.lab ?? 'default';
  const folder = homeFolder(process.env['LAB_SETUP_HOME'], envPaths('lab-setup', { suffix: '' }).data);
  if (folder instanceof LabError) {
    return conclude(screenFor({ lab, placeFlags: () => '' }), { command, lab, error: folder });
  }
  const home = homeAt(folder);
  const screen = screenFor({ lab, placeFlags: () => repeatedFlags(flags, () => recordNow(home, lab)) });
  const edge: Edge = {
    environment: process.env,
    home,
    package: installed,
    nodeVersion: process.versions.node,
    screen,
    terminal: () => ({
      get input() {
        return process.stdin;
      },
      output: process.stderr,
    }),
    clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    signal: interruption(process),
  };
  edge.signal.addEventListener('abort', () => screen.wipeLine());
  let opening: Opening | undefined;
  let context: Context | undefined;
  const act = async (): Promise<CommandResult> => {
    if (work.on === 'edge') return work.action(edge);
    // Loaded when it is needed: it brings the SDK's clients, which `local` and `doctor` can do without.
    const { openContext } = await import('./context.js');
    return work.action(async (options) => {
      opening = await openContext(edge, { command, flags, ...options });
      opening.located.then((located) => (context = located)).catch(() => undefined);
      return opening;
    }, edge);
  };
  try {
    const result = await Promise.race([act(), interrupted(edge.signal), strayFailure(process)]);
    return conclude(screen, { command, context, lab, result });
  } catch (error) {
    // What a command says of its interruption is said; what else it fails with then comes of that.
    const ownWords = error instanceof LabError && error.code === 'interrupted';
    const shown = edge.signal.aborted && !ownWords ? wasInterrupted() : toLabError(error);
    return conclude(screen, { command, context, lab, error: shown });
  } finally {
    opening?.close();
  }
}

/** What is said when the command itself could say no more in time. */
const wasInterrupted = (): LabError =>
  new LabError('interrupted', 'Interrupted.', {
    hint: 'See what stands: `lab-setup status`',
  });

/** A command that can say what stands says it within this time after Ctrl-C; a call that hangs is left behind. */
const LAST_WORDS_MS = 300;

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(wasInterrupted()), LAST_WORDS_MS));
  });
}
