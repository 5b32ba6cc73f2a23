import type { Context, Opening } from './context.js';
import type { ExitCode } from './exit-codes.js';
import type { LabError } from '../lab-error.js';

/** How a command ended: its exit code, and its own members of the `--json` document. Text it has said by itself. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly members?: Readonly<Record<string, unknown>>;
  /** What went wrong, where the command has results to show all the same. */
  readonly error?: LabError;
}

/** A command on a lab: typed options in, a result out. It knows nothing of the parser. */
export type Command<Options> = (context: Context, options: Options) => Promise<CommandResult>;

/** A command that reads while it is still asked whose account it is. It writes, and says, nothing before that is known. */
export type EarlyCommand<Options> = (opening: Opening, options: Options) => Promise<CommandResult>;
