import type { Command as Program } from 'commander';
import type { LocalVerb } from '../commands/local.js';
import { COMPLETED_SHELLS, type CompletedShell } from '../completion.js';
import type { GlobalFlags } from '../flags.js';
import { KEY_VARIABLE, type Shell } from '../shell.js';
import { examples, shellOption, type Dispatch } from './dispatch.js';

/** The commands for what is around a lab: the shell, the machine, the local AWS. */
export function addToolCommands(program: Program, dispatch: Dispatch): void {
  program.commandsGroup('Around it:');
  addEnv(program, dispatch);
  addDoctor(program, dispatch);
  addLocal(program, dispatch);
  addCompletion(program, dispatch);
  addHelp(program);
}

function addEnv(program: Program, { onOpening }: Dispatch): void {
  program
    .command('env')
    .description('print shell lines that point the aws CLI, or any SDK, at the lab')
    .addHelpText('after', examples('env', 'env --shell fish', 'env --show-key'))
    .addOption(shellOption())
    .option('--show-key', `also set ${KEY_VARIABLE}, which the lines of curl use`)
    .action(({ shell, showKey = false }: { shell: Shell; showKey?: boolean }, command: Program) =>
      onOpening(command, async (open) => {
        const { located } = await open({ setsEndpoint: true });
        return (await import('../commands/env.js')).env(await located, { shell, showKey });
      }),
    );
}

function addDoctor(program: Program, { onEdge }: Dispatch): void {
  program
    .command('doctor')
    .description(
      'check what the lab needs: Node.js, the home, settings, credentials, permissions, the local AWS',
    )
    .addHelpText('after', examples('doctor', 'doctor --target aws --region us-east-1'))
    .action((_options: object, command: Program) =>
      onEdge(command, async (edge) =>
        (await import('../commands/doctor.js')).doctor(edge, command.optsWithGlobals()),
      ),
    );
}

const LOCAL_VERBS: readonly LocalVerb[] = ['start', 'stop', 'status', 'reset'];

interface LocalFlags {
  readonly port?: string;
  readonly likeAws?: boolean;
  readonly yes?: boolean;
}

function addLocal(program: Program, { invoked }: Dispatch): void {
  program
    .command('local')
    .description('start, stop or look at the local AWS; reset deletes all that is in it')
    .addHelpText(
      'after',
      examples('local status', 'local start --like-aws', 'local start --no-like-aws', 'local stop'),
    )
    .addArgument(program.createArgument('<verb>', 'what to do with it').choices(LOCAL_VERBS))
    .option('--port <port>', 'for start: listen there from now on; 0 takes any free port')
    .option('--like-aws', 'for start: from now on take as long as AWS does, and keep to its request quotas')
    .option('--no-like-aws', 'for start: from now on do everything at once again')
    .option('-y, --yes', 'for reset: do not ask on a terminal before deleting')
    .action((verb: LocalVerb, options: LocalFlags, command: Program) => {
      const flags = command.optsWithGlobals<GlobalFlags>();
      const { region } = flags;
      invoked({
        command: `local ${verb}`,
        flags,
        run: {
          on: 'edge',
          action: async (edge) =>
            (await import('../commands/local.js')).local(edge, verb, { region, ...options }),
        },
      });
    });
}

function addCompletion(program: Program, { onEdge }: Dispatch): void {
  program
    .command('completion')
    .description('print the script that completes lab-setup in bash, zsh or fish')
    .addHelpText('after', examples('completion bash', 'completion zsh', 'completion fish'))
    .addArgument(program.createArgument('<shell>', 'which shell').choices(COMPLETED_SHELLS))
    .action((shell: CompletedShell, _options: object, command: Program) =>
      onEdge(command, async (edge) => (await import('../commands/completion.js')).completion(edge, shell)),
    );

  program
    .command('complete', { hidden: true })
    .description('answer a shell that completes: the words that may stand there')
    .argument('[words...]', 'what is typed up to the cursor, behind lab-setup')
    .action((words: readonly string[], _options: object, command: Program) =>
      onEdge(command, async (edge) =>
        (await import('../commands/completion.js')).completeWords(edge, { program, words }),
      ),
    );
}

/** Of our own: commander's answers a word that is no command with the help of the program, and says nothing of the word. */
function addHelp(program: Program): void {
  const visible = program.createHelp().visibleCommands(program);
  const names = visible.map((each) => each.name());
  program
    .helpCommand(false)
    .command('help')
    .description('show the help of a command')
    .addArgument(program.createArgument('[command]', 'which; all of them if left out').choices(names))
    .action((name: string | undefined) => {
      (program.commands.find((each) => each.name() === name) ?? program).help();
    });
}
