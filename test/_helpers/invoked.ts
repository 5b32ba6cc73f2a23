import { invoke, type InvokeOptions } from '../../src/cli/commands/invoke.js';
import type { TestLab } from './lab.js';
import type { TestAws } from './local-aws.js';
import { runCommand, type Ended, type Setting } from './run-command.js';

/** What is asked, and how. */
export type Asked = [
  operation: InvokeOptions['operation'],
  options?: Partial<InvokeOptions>,
  setting?: Setting,
];

/** `lab-setup invoke`, with the options that are given and no others. */
export const invoked = (
  on: { readonly aws: TestAws; readonly lab: TestLab },
  ...[operation, options = {}, setting = {}]: Asked
): Promise<Ended> =>
  runCommand(
    on,
    invoke,
    {
      table: undefined,
      id: undefined,
      set: undefined,
      payload: undefined,
      all: false,
      ...options,
      operation,
    },
    setting,
  );
