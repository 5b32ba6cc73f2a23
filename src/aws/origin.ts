import { LabError } from '../lab-error.js';
import { translate } from './translate.js';

/** Where an error came from. */
export class Origin {
  constructor(
    /** Such as `iam:CreateRole`. */
    readonly call: string,
    /** The endpoint that was asked, or undefined for AWS itself. */
    readonly server: string | undefined,
    /** Whether that is the local AWS. */
    readonly isLocal: boolean,
    /** Whose credentials were used, where one was named. */
    readonly profile: string | undefined,
  ) {}
}

/** Written on the error itself, which stays what it is: steps still tell errors apart by AWS's names. */
const ORIGIN = Symbol('the AWS call that failed');

/** Does `action`; an error that it throws remembers the call, the innermost where one asks for the credentials of another. */
export async function withOrigin<T>(origin: Origin, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LabError) throw error.at(origin.call);
    if (error instanceof Error && !originOf(error)) Object.defineProperty(error, ORIGIN, { value: origin });
    throw error;
  }
}

/** The AWS call that an error came from; undefined when it did not come from one. */
export const callOf = (error: unknown): string | undefined =>
  error instanceof LabError ? error.call : originOf(error)?.call;

/** An error of an AWS call in the reader's words; undefined when it did not come from one. */
export function explain(error: unknown): LabError | undefined {
  if (error instanceof LabError) return error;
  const origin = originOf(error);
  return origin && translate(error, origin);
}

function originOf(error: unknown): Origin | undefined {
  const origin: unknown = error instanceof Error ? Reflect.get(error, ORIGIN) : undefined;
  return origin instanceof Origin ? origin : undefined;
}
