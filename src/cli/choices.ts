import { Command as Program, CommanderError, InvalidArgumentError } from 'commander';

/** Lets every option and argument that is one of some words say which of them may have been meant, as commands and flags do. */
export function suggestChoices(program: Program): void {
  for (const command of [program, ...program.commands]) {
    for (const taker of [...command.options, ...command.registeredArguments]) {
      const { argChoices } = taker;
      if (argChoices) taker.argParser((word: string) => choose(word, argChoices));
    }
  }
}

function choose(word: string, words: readonly string[]): string {
  if (words.includes(word)) return word;
  throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.${didYouMean(word, words)}`);
}

/**
 * On a line of its own the words that are most like one that is none of them. commander knows them, but says so of commands and
 * flags alone: so they are made the commands of a program that is asked for nothing else.
 */
export function didYouMean(word: string, words: readonly string[]): string {
  const asked = new Program().helpCommand(false).exitOverride();
  asked.configureOutput({ outputError: () => undefined });
  for (const each of words) asked.command(each);
  try {
    asked.parse(['--', word], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return /\n\(Did you mean .*\)$/.exec(error.message)?.[0] ?? '';
  }
  return '';
}
