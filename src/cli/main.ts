/** The edge: the one place that reads the process's arguments, environment and signals, and that sets its exit code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommanderError } from 'commander';
import envPaths from 'env-paths';
import { LabError } from '../lab-error.js';
import type { CommandResult } from './command.js';
import type { Context } from './context.js';
import type { Edge } from './edge.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import { homeAt } from './home.js';
import { readPackage } from './package.js';
import { createProgram, type Invocation } from './program.js';
import { showError, toLabError } from './render/error.js';
import { envelope } from './render/json.js';
import { createScreen, type Screen, type Voice } from './screen.js';

// The SDK warns on standard error of Node versions that it will leave behind; that is not the reader's concern here.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(argv: readonly string[]): Promise<ExitCode> {
  // Whoever reads us may close the pipe early, as `head` does: then there is nobody left to tell anything.
  process.stdout.on('error', () => process.exit(EXIT.failed));
  const installed = readPackage();
  const parsed = parse(argv, installed.version);
  // What stands behind `--` is meant for the command, even where it looks like a flag.
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const voice = voiceOf(flags);
  const screen = createScreen({
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    voice,
    byNpx: process.env['npm_command'] === 'exec',
    color: !flags.includes('--no-color') && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  });
  if (parsed.kind === 'said') return EXIT.ok;
  if (parsed.kind === 'usage') {
    return conclude(screen, { command: parsed.command, error: parsed.error });
  }
  const edge: Edge = {
    environment: process.env,
    home: homeAt(process.env['LAB_SETUP_HOME'] || envPaths('lab-setup', { suffix: '' }).data),
    package: installed,
    nodeVersion: process.versions.node,
    screen,
    clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    signal: interruption(),
  };
  return run(edge, parsed.invocation);
}

type Parsed =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  /** Help or version was asked for and has been printed. */
  | { readonly kind: 'said' }
  | { readonly kind: 'usage'; readonly command: string; readonly error: LabError };

function parse(argv: readonly string[], version: string): Parsed {
  let invocation: Invocation | undefined;
  const program = createProgram(version, (invoked) => {
    invocation = invoked;
  });
  // Errors are shown by this file, in the one form that all errors have.
  for (const each of [program, ...program.commands])
    each.configureOutput({ outputError: () => undefined }).exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'said' };
    const command = program.commands.map((each) => each.name()).find((name) => argv.includes(name)) ?? '';
    return { kind: 'usage', command, error: usageError(error, command) };
  }
  if (invocation) return { kind: 'invocation', invocation };
  return {
    kind: 'usage',
    command: '',
    error: new LabError('usage', 'No command was given.', { hint: SEE_HELP }),
  };
}

const SEE_HELP = 'See what there is: lab-setup --help';

function usageError(error: CommanderError, command: string): LabError {
  const message = error.message.replace(/^error: /, '');
  // Without a command commander prints its help as the error.
  if (error.code === 'commander.help')
    return new LabError('usage', 'No command was given.', { hint: SEE_HELP });
  return new LabError('usage', message, {
    hint: command === '' ? SEE_HELP : `See what ${command} takes: lab-setup ${command} --help`,
  });
}

/** Before the arguments are parsed, since their faults are told in the same voice. */
function voiceOf(argv: readonly string[]): Voice {
  if (argv.includes('--json')) return 'json';
  if (argv.includes('--quiet') || argv.includes('-q')) return 'quiet';
  return argv.includes('--verbose') || argv.includes('-v') ? 'verbose' : 'normal';
}

/** The first Ctrl-C lets the command say what stands, the second ends the process. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  });
  return controller.signal;
}

async function run(edge: Edge, { command, flags, run: work }: Invocation): Promise<ExitCode> {
  let context: Context | undefined;
  const lab = flags.lab ?? 'default';
  const act = async (): Promise<CommandResult> => {
    if (work.on === 'edge') return work.action(edge);
    // Loaded when it is needed: it brings the SDK's clients, which help and usage errors can do without.
    const { openContext } = await import('./context.js');
    return work.action(async () => (context = await openContext(edge, { command, flags })));
  };
  try {
    const result = await Promise.race([act(), interrupted(edge.signal)]);
    return conclude(edge.screen, { command, context, lab, result });
  } catch (error) {
    const shown = edge.signal.aborted ? INTERRUPTED : toLabError(error);
    return conclude(edge.screen, { command, context, lab, error: shown });
  } finally {
    context?.close();
  }
}

const INTERRUPTED = new LabError('interrupted', 'Interrupted.', {
  hint: 'See what stands: lab-setup status',
});

/** A command that can say what stands says it within this time after Ctrl-C; a call that hangs is left behind. */
const LAST_WORDS_MS = 300;

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(INTERRUPTED), LAST_WORDS_MS));
  });
}

/** Says how it ended, in words or as the one JSON document, and gives the exit code. */
function conclude(
  screen: Screen,
  ended: {
    command: string;
    context?: Context | undefined;
    lab?: string;
    result?: CommandResult;
    error?: LabError;
  },
): ExitCode {
  const { command, context, lab = 'default', result } = ended;
  const error = ended.error ?? result?.error;
  const exitCode = result?.exitCode ?? (error ? exitCodeOf(error.code) : EXIT.ok);
  if (error) showError(screen, error, context);
  screen.document(
    envelope({ command, context, lab, ok: exitCode === EXIT.ok, members: result?.members ?? {}, error }),
  );
  return exitCode;
}

process.exitCode = await main(process.argv.slice(2));
// Calls that are still under way are not awaited: the reader wants to leave, and the next run looks at what they did.
if (process.exitCode === EXIT.interrupted) process.exit();
