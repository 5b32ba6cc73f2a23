import type { StepReport } from '../../engine/events.js';
import type { LabError } from '../../lab-error.js';
import type { Context } from '../context.js';
import type { Pen } from '../screen.js';
import type { Saying } from '../teaching.js';

/** Raised when a member of the documents changes its meaning. */
const SCHEMA_VERSION = 1;

/** The one document of `--json`: an envelope that all commands share, and the command's own members. */
export function envelope(options: {
  command: string;
  context: Context | undefined;
  lab: string;
  ok: boolean;
  members: Readonly<Record<string, unknown>>;
  /** As `errorMembers` makes it. */
  error?: object | undefined;
}): object {
  const { command, context, lab, ok, members, error } = options;
  return {
    schemaVersion: SCHEMA_VERSION,
    command,
    target: context?.target.kind ?? null,
    account: context?.place.account ?? null,
    region: context?.place.region ?? null,
    lab: context?.lab.name ?? lab,
    ok,
    ...members,
    ...(error ? { error } : {}),
  };
}

/** An error with its commands as the reader must type them. */
export const errorMembers = (
  { code, message, step, call, hint, commands }: LabError,
  { unbroken, typed }: Pen,
): object => ({
  code,
  message: unbroken(message),
  step: step ?? null,
  call: call ?? null,
  hint: hint === undefined ? null : unbroken(hint),
  ...(commands.length === 0 ? {} : { commands: commands.map(typed) }),
});

/** What a deviation means and how it is put right, as `status` and what explains a failed call have it. */
export const sayingMembers = (
  { difference, advice }: Saying,
  { typed }: Pen,
): Readonly<Record<string, unknown>> => ({
  setting: difference?.setting ?? null,
  expected: difference?.expected ?? null,
  actual: difference?.actual ?? null,
  why: advice?.why ?? null,
  console: advice?.console ?? null,
  commands: (advice?.commands ?? []).map(typed),
});

/** The `steps` of up, down and status; `more` gives what one of them alone tells of a step. */
export const stepMembers = (
  steps: readonly StepReport[],
  more: (step: StepReport) => object = () => ({}),
): object[] =>
  steps.map((step) => {
    const { number, id, name, outcome, differences, ms, remark } = step;
    return {
      number,
      id,
      name,
      outcome,
      differences: differences.map(({ setting, expected = null, actual = null }) => ({
        setting,
        expected,
        actual,
      })),
      ms,
      ...(remark === undefined ? {} : { remark }),
      ...more(step),
    };
  });
