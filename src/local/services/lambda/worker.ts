/**
 * The script that runs in a function's process: loads the handler and takes one request after another to it. It is an
 * edge of its own, in an environment that the server made for it (execution/variables.ts).
 */
// First, for what is loaded after it.
import './worker/heap-flags.js';
import { FRAME } from './protocol.js';
import { Channel } from './worker/channel.js';
import { patchConsole, patchOutput } from './worker/console.js';
import { UnhandledPromiseRejection } from './worker/errors.js';
import { placeFolders } from './worker/folders.js';
import { loadHandler } from './worker/handler.js';
import { Runtime } from './worker/runtime.js';
import { forbidSignals } from './worker/signals.js';

const variable = (name: string): string => process.env[name] ?? '';

const taskRoot = variable('LAMBDA_TASK_ROOT');
const [scratchFolder = '/tmp'] = process.argv.splice(2);
const version = Number(/\d+/.exec(variable('AWS_EXECUTION_ENV'))?.[0] ?? 0);
const script = import.meta.filename;
const channel = new Channel();
const runtime = new Runtime({
  channel,
  version,
  facts: {
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
  },
  visible: (text) =>
    text
      .replaceAll(taskRoot, '/var/task')
      .replaceAll(`(${script}`, '(file:///var/runtime/index.mjs')
      .replaceAll(script, '/var/runtime/index.mjs')
      .replaceAll(scratchFolder, '/tmp'),
});
const log = {
  get requestId(): string | undefined {
    return runtime.requestId;
  },
  line: (text: string) => channel.write(FRAME.line, text),
  output: (text: string) => channel.write(FRAME.output, text),
};
// Lambda's own runtime is an ES module: to the function's code there is no main one.
Reflect.deleteProperty(process, 'mainModule');
patchConsole(log);
patchOutput(log);
placeFolders({ '/tmp': scratchFolder, '/var/task': taskRoot });
forbidSignals();

// The exit codes are those of Lambda's own runtime.
process.on('uncaughtException', (error) => runtime.die('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason, promise) =>
  runtime.die('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason, promise), 128),
);
process.on('beforeExit', () => runtime.drained());

loadHandler({ taskRoot, script, name: variable('_HANDLER'), runtime: version }).then(
  (handler) => runtime.start(handler),
  (error: unknown) => runtime.die('Uncaught Exception', error, 129),
);
