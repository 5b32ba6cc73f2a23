import { isGone } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import { followLog, readLog, type LogEvent } from '../../tutorial/log-events.js';
import type { Command, CommandResult } from '../command.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';

export interface LogsOptions {
  /** How far back, in milliseconds. */
  readonly since: number;
  readonly follow: boolean;
}

/** What the function logged, a line an event; with `follow` also what it logs from now on, until Ctrl-C. */
export const logs: Command<LogsOptions> = async (context, { since, follow }) => {
  const { clock, screen } = context.edge;
  const env = context.stepEnv((text) => screen.progress(`   ${text}`));
  const from = clock.now() - since;
  try {
    return follow ? await showAll(context, followLog(env, from)) : await list(context, readLog(env, from));
  } catch (error) {
    if (context.edge.signal.aborted && follow) return ENDED;
    if (!isGone(error)) throw error;
    throw noLogGroup(context);
  }
};

/** A stream is ended by Ctrl-C, and there is nothing more to say of it. */
const ENDED: CommandResult = { exitCode: EXIT.interrupted };

async function showAll(context: Context, events: AsyncIterable<LogEvent>): Promise<CommandResult> {
  context.edge.screen.progress('Following; Ctrl-C ends it.');
  await showEach(context, events);
  return ENDED;
}

async function list(context: Context, events: AsyncIterable<LogEvent>): Promise<CommandResult> {
  const { screen } = context.edge;
  const count = await showEach(context, events);
  if (count === 0) {
    screen.progress(
      screen.err.prose(
        'The function logged nothing in that time. Call it with `lab-setup invoke ping`, or look further back with --since.',
      ),
    );
  }
  return { exitCode: EXIT.ok };
}

/** Shows each event as it comes, and keeps none: a log may be longer than what fits into memory. @returns how many there were */
async function showEach({ edge }: Context, events: AsyncIterable<LogEvent>): Promise<number> {
  const { screen } = edge;
  const shown = screen.openList(
    'events',
    ({ timestamp, message }: LogLine) => `${screen.out.paint('dim', timestamp)}  ${message}`,
  );
  let count = 0;
  for await (const event of events) {
    count += 1;
    await shown.add({ ...event, timestamp: new Date(event.timestamp).toISOString() });
  }
  return count;
}

/** An event as it is shown. */
interface LogLine extends Omit<LogEvent, 'timestamp'> {
  /** Such as `2026-11-27T08:00:00.000Z`. */
  readonly timestamp: string;
}

function noLogGroup({ lab }: Context): LabError {
  return new LabError('not-in-order', `There is no log group ${lab.function.logGroup}.`, {
    hint: 'The function makes it when it first runs, if its role allows that: `lab-setup invoke ping`. Where there is no lab yet, bring it up with `lab-setup up`.',
  });
}
