import type { Command as Program } from 'commander';
import { complete, COMPLETION_SCRIPTS, tableOf, type CompletedShell } from '../completion.js';
import { makesSomething } from '../../tutorial/lesson.js';
import { LESSONS } from '../../tutorial/lessons/index.js';
import type { CommandResult } from '../command.js';
import type { Edge } from '../edge.js';
import { EXIT } from '../exit-codes.js';
import { knownLabs } from '../home.js';

/** The script by which a shell completes what is typed behind `lab-setup`. */
export function completion({ screen }: Edge, shell: CompletedShell): Promise<CommandResult> {
  const script = COMPLETION_SCRIPTS[shell];
  screen.result(script);
  return Promise.resolve({ exitCode: EXIT.ok, members: { script } });
}

/** What the shell asks for while the reader types: the words that may stand there, each with what it is for. */
export async function completeWords(
  { screen, home }: Edge,
  { program, words }: { readonly program: Program; readonly words: readonly string[] },
): Promise<CommandResult> {
  const steps = LESSONS.map(({ id }) => id);
  const made = LESSONS.filter(makesSomething).map(({ id }) => id);
  const values = {
    '--lab': await knownLabs(home),
    ...{ '--until': made, '--only': made, 'steps <step>': steps },
  };
  for (const { word, description } of complete(tableOf(program, values), words))
    screen.result(`${word}\t${description}`);
  return { exitCode: EXIT.ok };
}
