/** What went wrong, as a word that programs may rely on (`error.code` in `--json`); cli/exit-codes.ts maps it to an exit code. */
export type LabErrorCode =
  | 'usage'
  | 'credentials'
  | 'denied'
  | 'timed-out'
  | 'unreachable'
  | 'made-by-hand'
  | 'wrong-place'
  | 'not-in-order'
  | 'not-answered'
  | 'quota'
  | 'home'
  | 'local-aws'
  | 'interrupted'
  | 'failed';

/** An error that the reader can do something about: what happened, where, and what to do next. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;
  /** What to do next, as a sentence or a command. */
  readonly hint: string | undefined;
  /** Lines to type, in this order, where the hint names more than one. */
  readonly commands: readonly string[];
  /** The AWS call, such as `iam:CreateRole`. */
  readonly call: string | undefined;
  /** The step it happened in, such as `role`. */
  readonly step: string | undefined;

  constructor(
    code: LabErrorCode,
    message: string,
    options: {
      hint?: string | undefined;
      commands?: readonly string[] | undefined;
      call?: string | undefined;
      step?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.commands = options.commands ?? [];
    this.call = options.call;
    this.step = options.step;
  }

  /** The same error, placed in a step. */
  inStep(step: string): LabError {
    return this.placed({ step: this.step ?? step });
  }

  /** The same error, placed at an AWS call. */
  at(call: string): LabError {
    return this.placed({ call: this.call ?? call });
  }

  private placed(where: { step?: string; call?: string }): LabError {
    const { step = this.step, call = this.call } = where;
    const options = { hint: this.hint, commands: this.commands, call, cause: this.cause };
    return new LabError(this.code, this.message, step === undefined ? options : { ...options, step });
  }
}
