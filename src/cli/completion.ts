import type { Command as Program, Option } from 'commander';

/** What can be typed, taken from the command table, so that it never says anything else. */
export interface Table {
  readonly options: readonly OptionEntry[];
  readonly commands: readonly CommandEntry[];
}

interface CommandEntry {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionEntry[];
  /** Of each argument in its place the words that it may be; none where it may be anything. */
  readonly arguments: readonly (readonly string[])[];
}

interface OptionEntry {
  /** `--since`, and `-f` where there is a short one. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** A word that may stand where the reader types, and what it is for. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** The table of a program. `values`: what options may be that take a word of their own, such as `--lab`, and arguments, as `steps <step>`. */
export function tableOf(program: Program, values: Readonly<Record<string, readonly string[]>>): Table {
  const optionOf = (option: Option): OptionEntry => ({
    names: [option.long, option.short].flatMap((name) => name ?? []),
    description: option.description,
    takesValue: option.required || option.optional,
    values: option.argChoices ?? values[option.long ?? ''] ?? [],
  });
  return {
    options: program.options.map(optionOf),
    commands: program
      .createHelp()
      .visibleCommands(program)
      .map((command) => ({
        name: command.name(),
        description: command.description(),
        options: command.options.map(optionOf),
        arguments: command.registeredArguments.map(
          (each) => each.argChoices ?? values[`${command.name()} <${each.name()}>`] ?? [],
        ),
      })),
  };
}

/** What may stand in the place of the last word, which may be empty or begun; `words` are those behind `lab-setup`. */
export function complete(table: Table, words: readonly string[]): Candidate[] {
  const begun = words.at(-1) ?? '';
  const { command, positionals, valueOf } = readWords(table, words.slice(0, -1));
  return candidates().filter(({ word }) => word.startsWith(begun));

  function candidates(): Candidate[] {
    if (valueOf) return valueOf.values.map(asValue);
    if (begun.startsWith('-')) return optionsOf(table, command).map(asCandidate);
    if (!command) return table.commands.map(({ name, description }) => ({ word: name, description }));
    return (command.arguments[positionals] ?? []).map(asValue);
  }
}

const optionsOf = (table: Table, command: CommandEntry | undefined): OptionEntry[] => [
  ...(command?.options ?? []),
  ...table.options,
];

const asCandidate = ({ names: [word = ''], description }: OptionEntry): Candidate => ({ word, description });

/** What an option is for has been read when its value is chosen. */
const asValue = (word: string): Candidate => ({ word, description: '' });

/** What the words before say: the command, how many arguments it has, and the option that waits for its value. */
function readWords(
  table: Table,
  words: readonly string[],
): { command: CommandEntry | undefined; positionals: number; valueOf: OptionEntry | undefined } {
  let command: CommandEntry | undefined;
  let positionals = 0;
  let valueOf: OptionEntry | undefined;
  for (const word of words) {
    if (valueOf) valueOf = undefined;
    else if (word.startsWith('-')) {
      const option = optionsOf(table, command).find(({ names }) => names.includes(word));
      valueOf = option?.takesValue === true ? option : undefined;
    } else if (command) positionals += 1;
    else command = table.commands.find(({ name }) => name === word);
  }
  return { command, positionals, valueOf };
}

export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/**
 * Hands the words up to the cursor to `lab-setup complete`, which answers with lines of a word, a tab and a description.
 * Bash and zsh take file names where that knows nothing.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<CompletedShell, string>> = {
  bash: `# In ~/.bashrc: eval "$(lab-setup completion bash)"
_lab_setup() {
  local IFS=$'\\n'
  COMPREPLY=($(lab-setup complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _lab_setup lab-setup`,
  zsh: `#compdef lab-setup
# In ~/.zshrc, behind compinit: eval "$(lab-setup completion zsh)"
_lab_setup() {
  local -a candidates
  local word description
  while IFS=$'\\t' read -r word description; do
    candidates+=("\${word//:/\\\\:}\${description:+:$description}")
  done < <(lab-setup complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe 'lab-setup' candidates; else _files; fi
}
compdef _lab_setup lab-setup`,
  fish: `# lab-setup completion fish > ~/.config/fish/completions/lab-setup.fish
complete -c lab-setup -f -a '(lab-setup complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};
