import type { Command as Program } from 'commander';
import type { CommandResult } from '../command.js';
import type { Edge } from '../edge.js';
import type { GlobalFlags } from '../flags.js';
import { append, examples, type Dispatch, type OpenContext } from './dispatch.js';

/** The commands that make, check, explain and remove a lab. */
export function addLabCommands(program: Program, dispatch: Dispatch): void {
  program.commandsGroup('The lab:');
  addUp(program, dispatch);
  addStatus(program, dispatch);
  addSteps(program, dispatch);
  addDown(program, dispatch);
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

function addUp(program: Program, { onOpening }: Dispatch): void {
  program
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
    .option('--role-arn <arn>', 'use this role instead of making one')
    .addOption(
      program
        .createOption(
          '--policy <policy>',
          'the role’s policy: the least (the default) or the tutorial’s (Resource *)',
        )
        .choices(['least', 'tutorial']),
    )
    .action((options: UpFlags, command: Program) =>
      onOpening(command, async (open, edge) => {
        const [{ up }, { readCourse }] = await Promise.all([
          import('../commands/up.js'),
          import('../course.js'),
        ]);
        const { dryRun = false, verify, showKey = false, adopt = false, adoptId = [], yes = false } = options;
        // A fault of the options is told before anything is started or asked.
        const course = readCourse(options, edge.screen);
        return up(await open(), { dryRun, verify, showKey, adopt, adoptIds: adoptId, yes, course });
      }),
    );
}

function addStatus(program: Program, { onOpening }: Dispatch): void {
  program
    .command('status')
    .description('check every step, whoever built it')
    .addHelpText('after', examples('status', 'status --show-key'))
    .option('--show-key', 'print the value of the API key')
    .option('--watch', 'look again and again, in place, while you work; Ctrl-C ends it')
    .action((options: { showKey?: boolean; watch?: boolean }, command: Program) =>
      onOpening(command, async (open, edge) => {
        if (options.watch) {
          const { refuseWatch, watch } = await import('../watch.js');
          const live = refuseWatch(edge.screen, options.showKey ?? false);
          return watch(await (await open()).located, live);
        }
        const { status } = await import('../commands/status.js');
        return status(await open(), { showKey: options.showKey ?? false });
      }),
    );
}

interface StepsFlags {
  readonly policy?: boolean;
  readonly zip?: boolean;
}

function addSteps(program: Program, { invoked }: Dispatch): void {
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
      'with the step function: write the function’s code, which its aws line uploads, to function.zip',
    )
    .action((step: string | undefined, { policy = false, zip = false }: StepsFlags, command: Program) => {
      // Not with the command's own: its --policy is another than that of a role.
      const flags = program.opts<GlobalFlags>();
      const action = async (open: OpenContext, edge: Edge): Promise<CommandResult> =>
        (await import('../commands/steps.js')).steps(edge, {
          ...{ step, policy, zip, flags },
          open: async () => (await open()).located,
        });
      invoked({ command: command.name(), flags, run: { on: 'lab', action } });
    });
}

function addDown(program: Program, { onOpening }: Dispatch): void {
  program
    .command('down')
    .description('take the lab down, and prove that it is gone')
    .addHelpText('after', examples('down', 'down --lab ana'))
    .option('-y, --yes', 'do not ask before deleting in a real account')
    .option('--include-adopted', 'remove an adopted table too, with the items in it')
    .action((options: { yes?: boolean; includeAdopted?: boolean }, command: Program) =>
      onOpening(command, async (open) => {
        const { down } = await import('../commands/down.js');
        const { yes = false, includeAdopted = false } = options;
        return down(await open(), { yes, includeAdopted });
      }),
    );
}
