import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../src/local/errors.js';
import type { Ending, Fault, FaultPlan, Happening } from '../../src/local/faults.js';

/** A call of the owner's (not of a function's), such as `apigateway:CreateRestApi`, or its n-th occurrence, `…#2`. */
export type CallPattern = string;

/** A plan that may be changed while it is at work. */
export interface Faulty {
  readonly plan: FaultPlan;
  /** From now on, until `clear`. `role`: who calls, where it is not the owner. */
  set(pattern: CallPattern, fault: Fault, role?: string): void;
  clear(): void;
}

export function faulty(): Faulty {
  const faults = new Map<string, Fault>();
  const keyOf = (pattern: string, role = ''): string => `${pattern} ${role}`;
  return {
    plan: ({ service, operation, nth, role }) =>
      faults.get(keyOf(`${service}:${operation}#${nth}`, role)) ??
      faults.get(keyOf(`${service}:${operation}`, role)),
    set: (pattern, fault, role) => void faults.set(keyOf(pattern, role), fault),
    clear: () => faults.clear(),
  };
}

/** The call ends so. */
export const ending =
  (how: Ending): Happening =>
  () =>
    how;

/** The call waits; it goes on at once when the client has left. */
export const delay =
  (milliseconds: number): Happening =>
  async (gone) => {
    await sleep(milliseconds, undefined, { signal: gone }).catch(() => undefined);
    return undefined;
  };

export const serverError = (): AwsError =>
  new AwsError({ code: 'ServiceException', status: 500, message: 'Something went wrong.' });

export const throttled = (): AwsError =>
  new AwsError({ code: 'TooManyRequestsException', status: 429, message: 'Too Many Requests' });
