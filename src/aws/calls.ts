import type { Pluggable } from '@smithy/types';
import { LabError } from '../lab-error.js';
import { isConcurrentModification, isThrottle } from './errors.js';
import { retryWhile } from './poll.js';
import { quotaPause, quotaText } from './quotas.js';
import { translate } from './translate.js';
import { BUDGETS, type Waiting } from './waiting.js';

/** One AWS call that has ended. Never its input, its output or any value in them. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly ms: number;
  readonly ok: boolean;
  readonly requestId: string | undefined;
}

export type CallListener = (call: AwsCall) => void;

export interface CallSite {
  readonly service: string;
  readonly server: string | undefined;
  readonly onCall: CallListener;
  readonly waiting: Waiting;
}

/** An SDK plugin that reports each call, and wraps it, the SDK's own retries included, with the waits that AWS's quotas ask for. */
export function watch<Input extends object, Output extends object>(site: CallSite): Pluggable<Input, Output> {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => {
          const operation = (context.commandName ?? 'Command').replace(/Command$/, '');
          return (args) => patiently(site, operation, () => reported(site, operation, () => next(args)));
        },
        { step: 'initialize', priority: 'high', name: 'labSetupCalls' },
      );
    },
  };
}

async function patiently<T>(site: CallSite, operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await retryWhile(
      site.waiting,
      {
        budget: BUDGETS.quota,
        minPauseMs: quotaPause(operation),
        waitFor: (error) =>
          isThrottle(error) ? `the account's quota allows ${quotaText(operation)}` : undefined,
      },
      () =>
        retryWhile(
          site.waiting,
          {
            budget: BUDGETS.conflict,
            waitFor: (error) =>
              isConcurrentModification(error) ? 'another change of the same thing has ended' : undefined,
          },
          call,
        ),
    );
  } catch (error) {
    throw placed(error, { call: `${site.service}:${operation}`, server: site.server });
  }
}

async function reported<T>(site: CallSite, operation: string, call: () => Promise<T>): Promise<T> {
  const { clock } = site.waiting;
  const start = clock.now();
  const tell = (ok: boolean, outcome: unknown): void =>
    site.onCall({
      service: site.service,
      operation,
      ms: clock.now() - start,
      ok,
      requestId: requestIdOf(outcome),
    });
  try {
    const output = await call();
    tell(true, output);
    return output;
  } catch (error) {
    tell(false, error);
    throw error;
  }
}

/** Where an error came from, written on the error itself: steps still tell errors apart by AWS's names. */
const ORIGIN = Symbol('the AWS call that failed');

interface Origin {
  readonly call: string;
  readonly server: string | undefined;
}

function placed(error: unknown, origin: Origin): unknown {
  if (error instanceof Error) Object.defineProperty(error, ORIGIN, { value: origin, configurable: true });
  return error;
}

/** An error of an AWS call in the reader's words; undefined when it did not come from one. */
export function explain(error: unknown): LabError | undefined {
  if (error instanceof LabError) return error;
  if (!(error instanceof Error) || !(ORIGIN in error)) return undefined;
  return translate(error, error[ORIGIN] as Origin);
}

function requestIdOf(outcome: unknown): string | undefined {
  if (typeof outcome !== 'object' || outcome === null) return undefined;
  const metadata: unknown =
    Reflect.get(outcome, '$metadata') ?? Reflect.get(Reflect.get(outcome, 'output') ?? {}, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const id: unknown = Reflect.get(metadata, 'requestId');
  return typeof id === 'string' ? id : undefined;
}
