import { Command as Program, Option } from 'commander';
import { OPERATION_NAMES, type OperationName } from '../tutorial/operations.js';
import { COMPLETED_SHELLS, type CompletedShell } from './completion.js';
import type { Context, Opening } from './context.js';
import type { CommandResult } from './command.js';
import type { LocalVerb } from './commands/local.js';
import type { Edge } from './edge.js';
import type { GlobalFlags } from './flags.js';
import { KEY_VARIABLE, SHELLS, type Shell } from './shell.js';

/** Opens the context of the command: finds the target, starts the local AWS if need be, asks whose account it is. */
export type OpenContext = () => Promise<Opening>;

/** What the parser hands over: which command, with which flags, and how to run it. */
export interface Invocation {
  readonly command: string;
  readonly flags: GlobalFlags;
  readonly run:
    | { readonly on: 'lab'; readonly action: (open: OpenContext, edge: Edge) => Promise<CommandResult> }
    /** On no lab, or not on one that must be found. */
    | { readonly on: 'edge'; readonly action: (edge: Edge) => Promise<CommandResult> };
}

/** Flags have no defaults here, so that "not given" can be told from a choice (context.ts merges). */
const GLOBAL_OPTIONS = [
  new Option('--lab <name>', 'a second lab beside the first; its things get the suffix -NAME'),
  new Option('--target <target>', 'local: the embedded AWS (the default); aws: a real account'),
  new Option('--region <region>', 'such as us-east-1'),
  new Option('--profile <name>', 'a profile of the aws CLI, for --target aws'),
  new Option('--endpoint-url <url>', 'an AWS-compatible server, for --target aws'),
  new Option('--json', 'print one JSON document and nothing else'),
  new Option('-q, --quiet', 'print results and errors only'),
  new Option('-v, --verbose', 'print every AWS call with its time'),
  new Option('--no-color', 'print without colours (so does NO_COLOR)'),
];

const ROLE_OPTIONS = [
  new Option('--role-arn <arn>', 'use this role instead of making one'),
  new Option('--policy <policy>', "the role's policy: least (the default) or tutorial (Resource *)"),
];

/** What a request to the endpoint is made of. */
const requestOptions = (): Option[] => [
  new Option('--id <id>', 'the id of the item'),
  new Option('--set <name=value>', 'an attribute to write (repeatable); the value is JSON or text').argParser(
    append,
  ),
  new Option('--payload <json>', 'the whole payload: JSON, @file, or - for standard input'),
  new Option('--table <name>', "another table than the lab's"),
];

const shellOption = (): Option =>
  new Option('--shell <shell>', 'whose syntax; bash is right for zsh too').choices(SHELLS).default('bash');

const LOCAL_VERBS: readonly LocalVerb[] = ['start', 'stop', 'status', 'reset'];

/** What can be typed, below the help of a command. A test runs every one of these lines. */
const examples = (...lines: readonly string[]): string =>
  ['\nExamples:', ...lines.map((line) => `  $ lab-setup ${line}`)].join('\n');

/** The command table. `invoked` is called with what was typed; commands are loaded when they run. */
export function createProgram(version: string, invoked: (invocation: Invocation) => void): Program {
  const program = new Program('lab-setup')
    .description('Builds, checks and takes down the tutorial lab: API Gateway, Lambda and DynamoDB.')
    .version(version)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const option of GLOBAL_OPTIONS) program.addOption(option);

  /** For commands that read while it is still asked whose account it is. */
  const onOpening = (
    command: Program,
    action: (open: OpenContext, edge: Edge) => Promise<CommandResult>,
  ): void =>
    invoked({ command: command.name(), flags: command.optsWithGlobals(), run: { on: 'lab', action } });
  const onLab = (
    command: Program,
    action: (open: () => Promise<Context>, edge: Edge) => Promise<CommandResult>,
  ): void => onOpening(command, (open, edge) => action(async () => (await open()).located, edge));

  const onEdge = (command: Program, action: (edge: Edge) => Promise<CommandResult>): void =>
    invoked({ command: command.name(), flags: command.optsWithGlobals(), run: { on: 'edge', action } });

  const upCommand = program
    .command('up')
    .description('bring the lab up; run again, it repairs')
    .addHelpText(
      'after',
      examples(
        'up',
        'up --lab ana',
        'up --until function',
        'up --only table',
        'up --dry-run --adopt',
        'up --target aws --region us-east-1',
      ),
    )
    .option('--step', 'one step at a time: explain it, wait for Enter, show what was made')
    .option('--until <step>', 'stop after this step; its number or its id')
    .option('--only <step>', 'do this step alone, if what it needs is there')
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--no-verify', 'do not call the endpoint at the end')
    .option('--show-key', 'print the value of the API key')
    .option('--adopt', 'take over what was made by hand under the names of the lab, and go on from there')
    .option('--adopt-id <id>', 'with --adopt, where several bear one name: this one (repeatable)', append)
    .option('-y, --yes', 'do not ask before adopting in a real account')
    .action((options: UpFlags, command: Program) =>
      onOpening(command, async (open, edge) => {
        const [{ up }, { readCourse }] = await Promise.all([
          import('./commands/up.js'),
          import('./course.js'),
        ]);
        const { dryRun = false, verify, showKey = false, adopt = false, adoptId = [], yes = false } = options;
        // A fault of the options is told before anything is started or asked.
        const course = readCourse(options, edge.screen);
        return up(await open(), { dryRun, verify, showKey, adopt, adoptIds: adoptId, yes, course });
      }),
    );
  for (const option of ROLE_OPTIONS) upCommand.addOption(option);

  program
    .command('test-echo')
    .description("the tutorial's console test: invoke the function directly with its echo event")
    .addHelpText('after', examples('test-echo'))
    .action((_options: object, command: Program) =>
      onLab(command, async (open) => (await import('./commands/test-echo.js')).testEcho(await open(), {})),
    );

  const invokeCommand = program
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
      onOpening(command, async (open) => {
        const { invoke, readInput, refuseAll } = await import('./commands/invoke.js');
        const { table, all = false } = options;
        // A fault of the options is told before anything is started or asked.
        if (all) refuseAll(operation);
        const input = await readInput({ ...options, set: options.set ?? [] });
        return invoke(await open(), { operation, table, all, ...input });
      }),
    );

  const curlCommand = program
    .command('curl')
    .description('print the same request as a curl line that keeps the API key out of it')
    .addHelpText('after', examples('curl', 'curl list', 'curl read --id 1234ABCD --shell powershell'))
    .addArgument(
      program
        .createArgument('[operation]', "what the function is to do; the tutorial's create if left out")
        .choices(OPERATION_NAMES),
    )
    .addOption(shellOption())
    .action((operation: OperationName | undefined, options: CurlFlags, command: Program) =>
      onLab(command, async (open) => {
        const [{ curl, FIRST_REQUEST }, { readInput }] = await Promise.all([
          import('./commands/curl.js'),
          import('./commands/invoke.js'),
        ]);
        const { shell, table } = options;
        const input = await readInput({ ...options, set: options.set ?? [] });
        return curl(await open(), { shell, operation: operation ?? FIRST_REQUEST, table, ...input });
      }),
    );
  for (const requesting of [invokeCommand, curlCommand])
    for (const option of requestOptions()) requesting.addOption(option);

  program
    .command('items')
    .description('read the table directly')
    .addHelpText('after', examples('items', 'items --json'))
    .action((_options: object, command: Program) =>
      onLab(command, async (open) => (await import('./commands/items.js')).items(await open(), {})),
    );

  program
    .command('status')
    .description('check every step, whoever built it')
    .addHelpText('after', examples('status', 'status --show-key'))
    .option('--show-key', 'print the value of the API key')
    .option('--watch', 'look again and again, in place, while you work; Ctrl-C ends it')
    .action((options: { showKey?: boolean; watch?: boolean }, command: Program) =>
      onOpening(command, async (open, edge) => {
        if (options.watch) {
          const { refuseWatch, watch } = await import('./watch.js');
          const live = refuseWatch(edge.screen);
          return watch(await (await open()).located, live);
        }
        const { status } = await import('./commands/status.js');
        return status(await open(), { showKey: options.showKey ?? false });
      }),
    );

  program
    .command('steps')
    .description(
      'the tutorial, step by step: what each step is, where it is in the console, and the same with aws',
    )
    .addHelpText('after', examples('steps', 'steps 3', 'steps usage-plan', 'steps --policy'))
    .addArgument(program.createArgument('[step]', 'its number or its id; the table of contents if left out'))
    .option('--policy', 'print the least IAM policy that a person needs to run the lab')
    .option(
      '--zip',
      "with the step function: write the function's code, which its aws line uploads, to function.zip",
    )
    .action((step: string | undefined, { policy = false, zip = false }: StepsFlags, command: Program) => {
      // Not with the command's own: its --policy is another than that of a role.
      const flags = program.opts<GlobalFlags>();
      const action = async (open: OpenContext, edge: Edge): Promise<CommandResult> =>
        (await import('./commands/steps.js')).steps(edge, {
          ...{ step, policy, zip, flags },
          open: async () => (await open()).located,
        });
      invoked({ command: command.name(), flags, run: { on: 'lab', action } });
    });

  program
    .command('logs')
    .description('print what the function logged')
    .addHelpText('after', examples('logs', 'logs --since 2h'))
    .option('-f, --follow', 'go on until Ctrl-C with what it logs from now on')
    .option('--since <time>', 'how far back, such as 90s, 10m, 2h or 1d', '10m')
    .action(({ follow = false, since }: { follow?: boolean; since: string }, command: Program) =>
      onLab(command, async (open) => {
        const [{ logs }, { durationFlag, refuseJson }] = await Promise.all([
          import('./commands/logs.js'),
          import('./values.js'),
        ]);
        if (follow) refuseJson('--follow', command.optsWithGlobals<GlobalFlags>().json ?? false);
        const ms = durationFlag('--since', since);
        return logs(await open(), { follow, since: ms });
      }),
    );

  program
    .command('env')
    .description('print shell lines that point the aws CLI, or any SDK, at the lab')
    .addHelpText('after', examples('env', 'env --shell fish', 'env --show-key'))
    .addOption(shellOption())
    .option('--show-key', `also set ${KEY_VARIABLE}, which the lines of curl use`)
    .action(({ shell, showKey = false }: { shell: Shell; showKey?: boolean }, command: Program) =>
      onLab(command, async (open) =>
        (await import('./commands/env.js')).env(await open(), { shell, showKey }),
      ),
    );

  program
    .command('doctor')
    .description(
      'check what the lab needs: Node.js, the home, settings, credentials, permissions, the local AWS',
    )
    .addHelpText('after', examples('doctor', 'doctor --target aws --region us-east-1'))
    .action((_options: object, command: Program) =>
      onEdge(command, async (edge) =>
        (await import('./commands/doctor.js')).doctor(edge, command.optsWithGlobals()),
      ),
    );

  program
    .command('down')
    .description('take the lab down, and prove that it is gone')
    .addHelpText('after', examples('down', 'down --lab ana'))
    .option('-y, --yes', 'do not ask before deleting in a real account')
    .option('--include-adopted', 'remove an adopted table too, with the items in it')
    .action((options: { yes?: boolean; includeAdopted?: boolean }, command: Program) =>
      onOpening(command, async (open) => {
        const { down } = await import('./commands/down.js');
        const { yes = false, includeAdopted = false } = options;
        return down(await open(), { yes, includeAdopted });
      }),
    );

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
    .action((verb: LocalVerb, options: { port?: string; likeAws?: boolean }, command: Program) => {
      const flags = command.optsWithGlobals<GlobalFlags>();
      const { region } = flags;
      invoked({
        command: `local ${verb}`,
        flags,
        run: {
          on: 'edge',
          action: async (edge) =>
            (await import('./commands/local.js')).local(edge, verb, { region, ...options }),
        },
      });
    });

  program
    .command('completion')
    .description('print the script that completes lab-setup in bash, zsh or fish')
    .addHelpText('after', examples('completion bash', 'completion zsh', 'completion fish'))
    .addArgument(program.createArgument('<shell>', 'which shell').choices(COMPLETED_SHELLS))
    .action((shell: CompletedShell, _options: object, command: Program) =>
      onEdge(command, async (edge) => (await import('./commands/completion.js')).completion(edge, shell)),
    );

  program
    .command('complete', { hidden: true })
    .description('answer a shell that completes: the words that may stand there')
    .argument('[words...]', 'what is typed up to the cursor, behind lab-setup')
    .action((words: readonly string[], _options: object, command: Program) =>
      onEdge(command, async (edge) =>
        (await import('./commands/completion.js')).completeWords(edge, { program, words }),
      ),
    );

  return program;
}

interface UpFlags {
  readonly step?: boolean;
  readonly until?: string;
  readonly only?: string;
  readonly dryRun?: boolean;
  readonly verify: boolean;
  readonly showKey?: boolean;
  readonly adopt?: boolean;
  readonly adoptId?: readonly string[];
  readonly yes?: boolean;
}

interface StepsFlags {
  readonly policy?: boolean;
  readonly zip?: boolean;
}

interface InvokeFlags {
  readonly id?: string;
  readonly set?: readonly string[];
  readonly payload?: string;
  readonly table?: string;
  readonly all?: boolean;
}

interface CurlFlags extends Omit<InvokeFlags, 'all'> {
  readonly shell: Shell;
}

const append = (value: string, before: readonly string[] = []): string[] => [...before, value];
