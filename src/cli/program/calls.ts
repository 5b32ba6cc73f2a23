import { Option, type Command as Program } from 'commander';
import { OPERATION_NAMES, type OperationName } from '../../tutorial/operations.js';
import type { GlobalFlags } from '../flags.js';
import type { Shell } from '../shell.js';
import { append, examples, shellOption, type Dispatch } from './dispatch.js';

/** The commands that call a lab, and look at what its calls left. */
export function addCallCommands(program: Program, dispatch: Dispatch): void {
  program.commandsGroup('Calling it:');
  addTestEcho(program, dispatch);
  addInvoke(program, dispatch);
  addCurl(program, dispatch);
  addItems(program, dispatch);
  addLogs(program, dispatch);
}

/** What a request to the endpoint is made of. */
const requestOptions = (): Option[] => [
  new Option('--id <id>', 'create, read, update, delete: the id of the item; 1234ABCD if left out'),
  new Option(
    '--set <name=value>',
    'create, update: an attribute to write (repeatable); the value is JSON or text; number=5, or 6 with update, if left out',
  ).argParser(append),
  new Option('--payload <json>', 'all but ping: the whole payload, as JSON, @file, or - for standard input'),
  new Option('--table <name>', 'another table than the lab’s'),
];

function addTestEcho(program: Program, { onLab }: Dispatch): void {
  program
    .command('test-echo')
    .description('the tutorial’s console test: invoke the function directly with its echo event')
    .addHelpText('after', examples('test-echo'))
    .action((_options: object, command: Program) =>
      onLab(command, async (open) => (await import('../commands/test-echo.js')).testEcho(await open(), {})),
    );
}

interface InvokeFlags {
  readonly id?: string;
  readonly set?: readonly string[];
  readonly payload?: string;
  readonly table?: string;
  readonly all?: boolean;
}

function addInvoke(program: Program, { onOpening }: Dispatch): void {
  const command = program
    .command('invoke')
    .description('call the lab through its endpoint, with the API key')
    .addHelpText(
      'after',
      examples(
        'invoke create',
        'invoke read --id 1234ABCD',
        'invoke update --id 1234ABCD --set number=6',
        `invoke echo --payload '{"a":1}'`,
        'invoke list',
        'invoke list --all',
      ),
    )
    .option('--all', 'with list: every page of it, one item a line')
    .addArgument(program.createArgument('<operation>', 'what the function is to do').choices(OPERATION_NAMES))
    .action((operation: OperationName, options: InvokeFlags, command: Program) =>
      onOpening(command, async (open, edge) => {
        const { invoke, readInput, refuseAll } = await import('../commands/invoke.js');
        const { table, all = false } = options;
        // A fault of the options is told before anything is started or asked.
        if (all) refuseAll(operation);
        const input = await readInput(operation, options, edge);
        return invoke(await open(), { operation, table, all, ...input });
      }),
    );
  for (const option of requestOptions()) command.addOption(option);
}

interface CurlFlags extends Omit<InvokeFlags, 'all'> {
  readonly shell: Shell;
}

function addCurl(program: Program, { onLab }: Dispatch): void {
  const command = program
    .command('curl')
    .description('print the same request as a curl line that keeps the API key out of it')
    .addHelpText('after', examples('curl', 'curl list', 'curl read --id 1234ABCD --shell powershell'))
    .addArgument(
      program
        .createArgument('[operation]', 'what the function is to do; the tutorial’s create if left out')
        .choices(OPERATION_NAMES),
    )
    .addOption(shellOption())
    .action((operation: OperationName | undefined, options: CurlFlags, command: Program) =>
      onLab(command, async (open, edge) => {
        const [{ curl, FIRST_REQUEST }, { readInput }] = await Promise.all([
          import('../commands/curl.js'),
          import('../commands/invoke.js'),
        ]);
        const { shell, table } = options;
        const asked = operation ?? FIRST_REQUEST;
        const input = await readInput(asked, options, edge);
        return curl(await open(), { shell, operation: asked, table, ...input });
      }),
    );
  for (const option of requestOptions()) command.addOption(option);
}

function addItems(program: Program, { onLab }: Dispatch): void {
  program
    .command('items')
    .description('read the table directly')
    .addHelpText('after', examples('items', 'items --json'))
    .action((_options: object, command: Program) =>
      onLab(command, async (open) => (await import('../commands/items.js')).items(await open(), {})),
    );
}

function addLogs(program: Program, { onLab }: Dispatch): void {
  program
    .command('logs')
    .description('print what the function logged')
    .addHelpText('after', examples('logs', 'logs --since 2h'))
    .option('-f, --follow', 'go on until Ctrl-C with what it logs from now on')
    .option('--since <time>', 'how far back, such as 90s, 10m, 2h or 1d', '10m')
    .action(({ follow = false, since }: { follow?: boolean; since: string }, command: Program) =>
      onLab(command, async (open) => {
        const [{ logs }, { durationFlag, refuseJson }] = await Promise.all([
          import('../commands/logs.js'),
          import('../values.js'),
        ]);
        if (follow) refuseJson('--follow', command.optsWithGlobals<GlobalFlags>().json ?? false);
        const ms = durationFlag('--since', since);
        return logs(await open(), { follow, since: ms });
      }),
    );
}
