import { Option, type Command as Program } from 'commander';
import type { CommandResult } from '../command.js';
import type { Context, Opening } from '../context.js';
import type { Edge } from '../edge.js';
import type { GlobalFlags } from '../flags.js';
import type { OpenOptions } from '../place.js';
import { SHELLS } from '../shell.js';

/** Opens the context of the command: finds the target, starts the local AWS if need be, asks whose account it is. */
export type OpenContext = (options?: OpenOptions) => Promise<Opening>;

/** What the parser hands over: which command, with which flags, and how to run it. */
export interface Invocation {
  readonly command: string;
  readonly flags: GlobalFlags;
  readonly run:
    | { readonly on: 'lab'; readonly action: (open: OpenContext, edge: Edge) => Promise<CommandResult> }
    /** On no lab, or not on one that must be found. */
    | { readonly on: 'edge'; readonly action: (edge: Edge) => Promise<CommandResult> };
}

/** The ways from a command that was typed to the function that does it. */
export interface Dispatch {
  /** For commands that read while it is still asked whose account it is. */
  readonly onOpening: (
    command: Program,
    action: (open: OpenContext, edge: Edge) => Promise<CommandResult>,
  ) => void;
  readonly onLab: (
    command: Program,
    action: (open: () => Promise<Context>, edge: Edge) => Promise<CommandResult>,
  ) => void;
  readonly onEdge: (command: Program, action: (edge: Edge) => Promise<CommandResult>) => void;
  /** For commands whose name or flags are not simply those that were typed. */
  readonly invoked: (invocation: Invocation) => void;
}

export function dispatchTo(invoked: Dispatch['invoked']): Dispatch {
  const typed = (command: Program): Pick<Invocation, 'command' | 'flags'> => ({
    command: command.name(),
    flags: command.optsWithGlobals(),
  });
  const onOpening: Dispatch['onOpening'] = (command, action) =>
    invoked({ ...typed(command), run: { on: 'lab', action } });
  return {
    onOpening,
    onLab: (command, action) =>
      onOpening(command, (open, edge) => action(async () => (await open()).located, edge)),
    onEdge: (command, action) => invoked({ ...typed(command), run: { on: 'edge', action } }),
    invoked,
  };
}

/** What can be typed, below the help of a command. A test runs every one of these lines. */
export const examples = (...lines: readonly string[]): string =>
  ['\nExamples:', ...lines.map((line) => `  $ lab-setup ${line}`)].join('\n');

export const shellOption = (): Option =>
  new Option('--shell <shell>', 'whose syntax').choices(SHELLS).default('bash');

/** For an option that may be given again and again. */
export const append = (value: string, before: readonly string[] = []): string[] => [...before, value];
