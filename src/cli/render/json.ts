import type { StepReport } from '../../engine/events.js';
import type { LabError } from '../../lab-error.js';
import type { Context } from '../context.js';

/** Raised when a member of the documents changes its meaning. */
const SCHEMA_VERSION = 1;

/** The one document of `--json`: an envelope that all commands share, and the command's own members. */
export function envelope(options: {
  command: string;
  context: Context | undefined;
  lab: string;
  ok: boolean;
  members: Readonly<Record<string, unknown>>;
  error?: LabError | undefined;
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
    ...(error ? { error: errorMembers(error) } : {}),
  };
}

export const errorMembers = ({ code, message, step, call, hint, commands }: LabError): object => ({
  code,
  message,
  step: step ?? null,
  call: call ?? null,
  hint: hint ?? null,
  ...(commands.length === 0 ? {} : { commands }),
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
