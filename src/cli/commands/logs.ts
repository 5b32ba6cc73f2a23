import { isGone } from '../../aws/errors.js';
import { LabError } from '../../lab-error.js';
import { followLog, readLog, type LogEvent } from '../../tutorial/log-events.js';
import type { Command, CommandResult } from '../command.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { labFlag } from '../lab-flag.js';

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
  for await (const event of events) show(context, event);
  return ENDED;
}

async function list(context: Context, events: AsyncIterable<LogEvent>): Promise<CommandResult> {
  const { screen } = context.edge;
  const collected: LogEvent[] = [];
  let count = 0;
  for await (const event of events) {
    count += 1;
    if (screen.voice === 'json') collected.push(event);
    else show(context, event);
  }
  if (count === 0) {
    const flag = labFlag(context.lab.name);
    screen.progress(
      screen.err.prose(
        `The function logged nothing in that time. Call it with \`lab-setup invoke ping${flag}\`, or look further back with --since.`,
      ),
    );
  }
  return { exitCode: EXIT.ok, members: { events: collected.map(asMember) } };
}

const show = ({ edge }: Context, event: LogEvent): void =>
  edge.screen.result(`${edge.screen.out.paint('dim', timeOf(event))}  ${event.message}`);

const timeOf = ({ timestamp }: LogEvent): string => new Date(timestamp).toISOString();

const asMember = (event: LogEvent): object => ({ ...event, timestamp: timeOf(event) });

function noLogGroup({ lab }: Context): LabError {
  return new LabError('not-in-order', `There is no log group ${lab.function.logGroup}.`, {
    hint: `Bring the lab up with \`lab-setup up${labFlag(lab.name)}\`. By hand, the function makes it when it first runs, if its role allows that.`,
  });
}
