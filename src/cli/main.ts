/** The edge: the one place that reads the process's arguments and environment, and that sets its exit code. */
import { CommanderError } from 'commander';
import { LabError } from '../lab-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { readPackage } from './package.js';
import { createProgram, type Invocation } from './program.js';
import { createScreen, type Voice } from './screen.js';

async function main(argv: readonly string[]): Promise<ExitCode> {
  // Whoever reads us may close the pipe early, as `head` does: then there is nobody left to tell anything.
  process.stdout.on('error', () => process.exit(EXIT.failed));
  const installed = readPackage();
  const parsed = parse(argv, installed.version);
  if (parsed.kind === 'said') return EXIT.ok;
  // What stands behind `--` is meant for the command, even where it looks like a flag.
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const screen = createScreen({
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    voice: voiceOf(flags),
    byNpx: process.env['npm_command'] === 'exec',
    color: !flags.includes('--no-color') && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  });
  // Loaded when they are needed: help and version can do without.
  if (parsed.kind === 'usage') {
    const { conclude } = await import('./conclude.js');
    return conclude(screen, { command: parsed.command, error: parsed.error });
  }
  const { run } = await import('./run.js');
  return run(parsed.invocation, { screen, installed });
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

const SEE_HELP = 'See what there is: `lab-setup --help`';

function usageError(error: CommanderError, command: string): LabError {
  const message = error.message.replace(/^error: /, '');
  // Without a command commander prints its help as the error.
  if (error.code === 'commander.help')
    return new LabError('usage', 'No command was given.', { hint: SEE_HELP });
  return new LabError('usage', message, {
    hint: command === '' ? SEE_HELP : `See what ${command} takes: \`lab-setup ${command} --help\``,
  });
}

/** Before the arguments are parsed, since their faults are told in the same voice. */
function voiceOf(argv: readonly string[]): Voice {
  if (argv.includes('--json')) return 'json';
  if (argv.includes('--quiet') || argv.includes('-q')) return 'quiet';
  return argv.includes('--verbose') || argv.includes('-v') ? 'verbose' : 'normal';
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  // Calls that are still under way are not awaited: the reader wants to leave, and the next run looks at what they did.
  if (exitCode === EXIT.interrupted) process.exit();
});
