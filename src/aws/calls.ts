import type { HandlerExecutionContext, Pluggable } from '@smithy/types';
import { nameOf } from './errors.js';
import { Origin, withOrigin } from './origin.js';
import { patiently } from './patience.js';
import type { Waiting } from './waiting.js';

/** One AWS call that has ended. Never its input, its output or any value in them. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly ms: number;
  /** The name of what it failed with; undefined when it did not. */
  readonly failure: string | undefined;
  readonly requestId: string | undefined;
}

export type CallListener = (call: AwsCall) => void;

export interface CallSite {
  readonly service: string;
  readonly server: string | undefined;
  readonly profile: string | undefined;
  readonly isLocal: boolean;
  /** Whether a call may be made again when its answer was lost, and it may have acted. */
  readonly isRepeatable: boolean;
  readonly onCall: CallListener;
  readonly waiting: Waiting;
}

/**
 * An SDK plugin around each call: it reports every try, waits out what passes (patience.ts), and writes on an error where
 * it came from.
 */
export function watch<Input extends object, Output extends object>(site: CallSite): Pluggable<Input, Output> {
  const { service, server, isLocal, profile, waiting, isRepeatable } = site;
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => {
          const operation = operationOf(context);
          const origin = new Origin(`${service}:${operation}`, server, isLocal, profile);
          return (args) =>
            withOrigin(origin, () =>
              patiently(waiting, { operation, isRepeatable }, () =>
                reported(site, operation, () => next(args)),
              ),
            );
        },
        { step: 'initialize', priority: 'high', name: 'labSetupCalls' },
      );
    },
  };
}

/**
 * An SDK plugin for the STS that the SDK asks by itself for the credentials of a role, which is AWS's own whatever server the
 * lab is on: what fails there is not blamed on our call, nor on that server.
 */
export function watchRoles<Input extends object, Output extends object>(
  profile: string | undefined,
): Pluggable<Input, Output> {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => {
          const origin = new Origin(`sts:${operationOf(context)}`, undefined, false, profile);
          return (args) => withOrigin(origin, () => next(args));
        },
        { step: 'initialize', priority: 'high', name: 'labSetupRoles' },
      );
    },
  };
}

const operationOf = ({ commandName = 'Command' }: HandlerExecutionContext): string =>
  commandName.replace(/Command$/, '');

async function reported<T>(site: CallSite, operation: string, call: () => Promise<T>): Promise<T> {
  const { clock, signal } = site.waiting;
  // What was interrupted says what stands: nothing may be changed after that.
  signal.throwIfAborted();
  const start = clock.now();
  const tell = (outcome: unknown, failure?: string): void =>
    site.onCall({
      service: site.service,
      operation,
      ms: clock.now() - start,
      failure,
      requestId: requestIdOf(outcome),
    });
  try {
    const output = await call();
    tell(output);
    return output;
  } catch (error) {
    tell(error, nameOf(error) ?? 'Error');
    throw error;
  }
}

function requestIdOf(outcome: unknown): string | undefined {
  if (typeof outcome !== 'object' || outcome === null) return undefined;
  const metadata: unknown =
    Reflect.get(outcome, '$metadata') ?? Reflect.get(Reflect.get(outcome, 'output') ?? {}, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const id: unknown = Reflect.get(metadata, 'requestId');
  return typeof id === 'string' ? id : undefined;
}
