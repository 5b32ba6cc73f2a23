import type { LabErrorCode } from '../lab-error.js';

/** What each exit code means; the README lists them too. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notInOrder: 3,
  credentials: 4,
  denied: 5,
  timedOut: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_ERROR: Readonly<Partial<Record<LabErrorCode, ExitCode>>> = {
  usage: EXIT.usage,
  credentials: EXIT.credentials,
  denied: EXIT.denied,
  'timed-out': EXIT.timedOut,
  interrupted: EXIT.interrupted,
};

/** The one place where errors become exit codes. */
export const exitCodeOf = (code: LabErrorCode): ExitCode => BY_ERROR[code] ?? EXIT.failed;
