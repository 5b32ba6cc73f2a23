import { Command as Program, Option } from 'commander';
import { suggestChoices } from './choices.js';
import { addCallCommands } from './program/calls.js';
import { dispatchTo, type Invocation } from './program/dispatch.js';
import { addLabCommands } from './program/lab.js';
import { addToolCommands } from './program/tool.js';

/** Flags have no defaults here, so that "not given" can be told from a choice (context.ts merges). */
const GLOBAL_OPTIONS = [
  new Option('--lab <name>', 'a second lab beside the first; its things get the suffix -NAME'),
  new Option('--target <target>', 'the embedded AWS (the default) or a real account').choices([
    'local',
    'aws',
  ]),
  new Option('--region <region>', 'such as us-east-1'),
  new Option('--profile <name>', 'a profile of the aws CLI, for --target aws'),
  new Option('--endpoint-url <url>', 'an AWS-compatible server, for --target aws'),
  new Option('--json', 'print one JSON document and nothing else'),
  new Option('-q, --quiet', 'print results and errors only'),
  new Option('-v, --verbose', 'print every AWS call with its time'),
  new Option('--no-color', 'print without colours (so does NO_COLOR)'),
];

/** The command table. `invoked` is called with what was typed; commands are loaded when they run. */
export function createProgram(version: string, invoked: (invocation: Invocation) => void): Program {
  const program = new Program('lab-setup')
    .description('Builds, checks and takes down the tutorial lab: API Gateway, Lambda and DynamoDB.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const option of GLOBAL_OPTIONS) program.addOption(option);
  const dispatch = dispatchTo(invoked);
  addLabCommands(program, dispatch);
  addCallCommands(program, dispatch);
  addToolCommands(program, dispatch);
  suggestChoices(program);
  return program;
}
