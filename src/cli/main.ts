/** The edge: the one place that reads the process's arguments and environment, and that sets its exit code. */
import { CommanderError } from 'commander';
import { messageOf } from '../aws/errors.js';
import { LabError } from '../lab-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { GlobalFlags } from './flags.js';
import { readPackage } from './package.js';
import { plainOutput, type Output } from './plain-output.js';
import { createProgram } from './program.js';
import type { Invocation } from './program/dispatch.js';
import { asTyped, createScreen, type Reader, type Screen, type Voice } from './screen.js';

async function main(argv: readonly string[]): Promise<ExitCode> {
  let stdout: NodeJS.WriteStream | undefined;
  // Whoever reads us may close the pipe early, as `head` does: then there is nobody left to tell anything.
  const openStdout = (): NodeJS.WriteStream =>
    (stdout ??= process.stdout.on('error', () => process.exit(EXIT.failed)));
  const plain = { stdout: plainOutput(1, openStdout), stderr: plainOutput(2, () => process.stderr) };
  const installed = readPackage();
  // What stands behind `--` is meant for the command, even where it looks like a flag.
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const typed = voiceIn(flags);
  const byNpx = process.env['npm_command'] === 'exec';
  const parsed = parse(argv, { version: installed.version, voice: typed, byNpx, ...plain });
  if (parsed.kind === 'said') return parsed.exitCode;
  const voice = parsed.kind === 'usage' ? typed : voiceOf(parsed.invocation.flags);
  const streams = parsed.kind === 'usage' ? plain : { stdout: openStdout(), stderr: process.stderr };
  const isDumb = process.env['TERM'] === 'dumb';
  const screenFor = (reader: Omit<Reader, 'byNpx'>): Screen =>
    createScreen({
      ...streams,
      stdin: () => process.stdin,
      voice,
      reader: { byNpx, ...reader },
      color: !flags.includes('--no-color') && !process.env['NO_COLOR'] && !isDumb,
      overwrites: !isDumb && process.env['CI'] === undefined,
    });
  // Loaded when they are needed: help and version can do without.
  if (parsed.kind === 'usage') {
    const { conclude } = await import('./conclude.js');
    return conclude(screenFor({ lab: parsed.lab, placeFlags: noFlags }), parsed);
  }
  const { run } = await import('./run.js');
  return run(parsed.invocation, { screenFor, installed });
}

/** For what means the same wherever a lab is, as a help does. */
const noFlags = (): string => '';

type Parsed =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  /** Help or version has been printed, because it was asked for or because nothing was. */
  | { readonly kind: 'said'; readonly exitCode: ExitCode }
  | { readonly kind: 'usage'; readonly command: string; readonly lab: string; readonly error: LabError };

function parse(
  argv: readonly string[],
  how: { version: string; voice: Voice; byNpx: boolean; stdout: Output; stderr: Output },
): Parsed {
  const { version, voice, byNpx, stdout, stderr } = how;
  let invocation: Invocation | undefined;
  // The examples of a help are lines to type.
  const anyLab: Reader = { byNpx, lab: 'default', placeFlags: noFlags };
  const examples = (text: string): string =>
    text.replace(/(?<=^ {2}\$ )lab-setup .*$/gm, (command) => asTyped(command, anyLab));
  const program = createProgram(version, (invoked) => {
    invocation = invoked;
  });
  const output = {
    writeOut: (text: string) => void stdout.write(examples(text)),
    getOutHelpWidth: () => stdout.columns ?? HELP_WIDTH,
    getOutHasColors: () => false,
    writeErr: (text: string) => {
      if (voice !== 'json') stderr.write(examples(text));
    },
    getErrHelpWidth: () => stderr.columns ?? HELP_WIDTH,
    getErrHasColors: () => false,
    // Errors are shown by this file, in the one form that all errors have.
    outputError: () => undefined,
  };
  for (const each of [program, ...program.commands]) each.configureOutput(output).exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'said', exitCode: EXIT.ok };
    // Without a command commander has printed the help on standard error, which says all that there is to say.
    if (error.code === NO_COMMAND && voice !== 'json') return { kind: 'said', exitCode: EXIT.usage };
    const names = program.commands.map((each) => each.name());
    // The first, for `local up` is no up.
    const command = argv.find((word) => names.includes(word)) ?? '';
    const { lab = 'default' } = program.opts<GlobalFlags>();
    return { kind: 'usage', command, lab, error: usageError(error, command) };
  }
  if (!invocation) throw new Error('the parser ran no command');
  return { kind: 'invocation', invocation };
}

/** Where no terminal says how wide it is. */
const HELP_WIDTH = 80;

const NO_COMMAND = 'commander.help';

function usageError({ code, message }: CommanderError, command: string): LabError {
  const fault = code === NO_COMMAND ? 'No command was given.' : message.replace(/^error: /, '');
  const hint =
    command === ''
      ? 'See what there is: `lab-setup --help`'
      : `See what ${command} takes: \`lab-setup ${command} --help\``;
  return new LabError('usage', fault, { hint });
}

function voiceOf({ json, quiet, verbose }: Pick<GlobalFlags, 'json' | 'quiet' | 'verbose'>): Voice {
  if (json) return 'json';
  if (quiet) return 'quiet';
  return verbose ? 'verbose' : 'normal';
}

/** Where the arguments cannot be parsed, since their faults are told in the same voice: what seems to be meant. */
const voiceIn = (argv: readonly string[]): Voice =>
  voiceOf({
    json: argv.includes('--json'),
    quiet: argv.includes('--quiet') || argv.includes('-q'),
    verbose: argv.includes('--verbose') || argv.includes('-v'),
  });

/** What fails before there is a screen to say it on, or with the screen itself. */
function sayPlainly(error: unknown): ExitCode {
  process.stderr.write(`Error: lab-setup itself failed: ${messageOf(error)}\n`);
  return EXIT.failed;
}

void main(process.argv.slice(2))
  .catch(sayPlainly)
  .then((exitCode) => {
    process.exitCode = exitCode;
    // Calls that are still under way are not awaited: the reader wants to leave, and the next run looks at what they did.
    if (exitCode === EXIT.interrupted) process.exit();
  });
