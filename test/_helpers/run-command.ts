/** Commands on a test's own AWS, in this process and in a pipe: what they say, and how they end. */
import type { CommandResult } from '../../src/cli/command.js';
import type { Context } from '../../src/cli/context.js';
import type { Voice } from '../../src/cli/screen.js';
import { sitAt } from './command.js';
import type { TestLab } from './lab.js';
import type { TestAws } from './local-aws.js';
import { plainScreen } from './plain-screen.js';

/** How a command ended, and what it said on either stream. */
export interface Ended extends CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly voice?: Voice;
  readonly kind?: 'local' | 'aws';
  /** Hears each piece of either stream as it is written. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command as the program would; errors that it throws pass through. */
export async function runCommand<Options>(
  on: { readonly aws: TestAws; readonly lab: TestLab },
  command: (context: Context, options: Options) => Promise<CommandResult>,
  options: Options,
  { voice = 'normal', kind = 'local', onOutput = () => undefined }: Setting = {},
): Promise<Ended> {
  const streams = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof streams) => ({
    write: (text: string) => {
      streams[name] += text;
      onOutput(text);
    },
  });
  const screen = plainScreen(stream('stdout'), { stderr: stream('stderr'), voice, lab: on.lab.lab.name });
  const { context: sitting } = sitAt(on.aws, on.lab);
  const context: Context = {
    ...sitting,
    edge: { ...sitting.edge, screen },
    target: { ...sitting.target, kind, endpoint: on.aws.endpoint },
    get located() {
      return Promise.resolve(context);
    },
  };
  const result = await command(context, options);
  return { ...result, ...streams };
}
