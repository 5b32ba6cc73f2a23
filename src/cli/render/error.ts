import { messageOf } from '../../aws/errors.js';
import { explain } from '../../aws/origin.js';
import { LabError } from '../../lab-error.js';
import type { Context } from '../context.js';
import type { Screen } from '../screen.js';

/** Any error as one that can be shown; what nobody expected is a bug of ours and says so. */
export function toLabError(error: unknown): LabError {
  const explained = explain(error);
  if (explained) return explained;
  return new LabError('failed', `lab-setup itself failed: ${messageOf(error)}`, {
    hint: 'Run it again with --verbose and report what it prints.',
    cause: error,
  });
}

/** What happened, at which step and where, and what to do next; the stack only with `--verbose`. */
export function showError(screen: Screen, error: LabError, context: Context | undefined): void {
  const { paint, prose, typed } = screen.err;
  const step = error.step === undefined ? '' : ` at the step ${error.step}`;
  const where = context ? ` (account ${context.place.account}, region ${context.place.region})` : '';
  screen.complain(
    prose(`${paint('red', 'Error')}${step}${error.step === undefined ? '' : where}: ${error.message}`),
  );
  const { hint, commands } = error;
  if (hint !== undefined)
    screen.complain(prose(`${paint('cyan', 'Next')}: ${hint}${commands.length > 0 ? ':' : ''}`));
  for (const command of commands) screen.complain(`  ${typed(command)}`);
  if (error.stack !== undefined) screen.detail(error.stack);
  if (error.cause instanceof Error && error.cause.stack !== undefined) screen.detail(error.cause.stack);
}
