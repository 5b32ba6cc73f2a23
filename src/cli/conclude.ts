import type { LabError } from '../lab-error.js';
import type { CommandResult } from './command.js';
import type { Context } from './context.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.js';
import { showError } from './render/error.js';
import { envelope, errorMembers } from './render/json.js';
import type { Screen } from './screen.js';

/** Says how it ended, in words or as the one JSON document, and gives the exit code. */
export function conclude(
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
    envelope({
      ...{ command, context, lab, ok: exitCode === EXIT.ok, members: result?.members ?? {} },
      error: error && errorMembers(error, screen.out),
    }),
  );
  return exitCode;
}
