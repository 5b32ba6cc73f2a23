import { eventOf, type OperationName } from '../../tutorial/operations.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { locateOnly } from '../located.js';
import { KEY_VARIABLE, portableJson, SYNTAX, type Shell } from '../shell.js';
import type { InvokeOptions } from './invoke.js';

export interface CurlOptions extends Omit<InvokeOptions, 'all'> {
  readonly shell: Shell;
}

/** What `invoke` would send, as a line for the reader's shell; the key stays out of it, and so of the shell's history. */
export const curl: Command<CurlOptions> = async (context, { shell, operation, table, ...input }) => {
  const { lab, edge } = context;
  const event = eventOf(operation, { tableName: table ?? lab.table.name, ...input });
  const { url } = await locateOnly(context);
  const { post, evaluate } = SYNTAX[shell];
  const shellFlag = shell === 'bash' ? '' : ` --shell ${shell}`;
  const printKey = edge.screen.err.typed(`lab-setup env --show-key${shellFlag}`);
  const setKey = evaluate(printKey);
  const line = post(url, portableJson(event), printKey);
  if (!edge.environment[KEY_VARIABLE]) {
    const where = `The line takes the API key from ${KEY_VARIABLE}. Once in this shell: \`${setKey}\``;
    edge.screen.progress(edge.screen.err.prose(where));
  }
  edge.screen.result(line);
  return { exitCode: EXIT.ok, members: { invokeUrl: url, curl: { shell, line, setKey } } };
};

/** The tutorial's first request through its endpoint. */
export const FIRST_REQUEST: OperationName = 'create';
