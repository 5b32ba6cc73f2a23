import { changes, type CallPoint } from './chaos.js';

/** Where a run stops dead. */
export interface CrashPoint {
  readonly point: CallPoint;
  readonly moment: 'before' | 'after';
}

/** Every call, right before it acts; and right after, where it changes something: else that is the same moment. */
export const crashPoints = (calls: readonly CallPoint[]): CrashPoint[] =>
  calls.flatMap((point): CrashPoint[] => [
    { point, moment: 'before' },
    ...(changes(point) ? [{ point, moment: 'after' } as const] : []),
  ]);

/** Both sides of every call that changes something: between two of these all that is there stays as it is. */
export const writePoints = (calls: readonly CallPoint[]): CrashPoint[] => crashPoints(calls.filter(changes));
