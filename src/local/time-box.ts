import { createContext, Script } from 'node:vm';

/** Raised when work in a time box took too long. */
export class TimeBoxError extends Error {
  override readonly name = 'TimeBoxError';
}

/** Runs synchronous work for so many milliseconds at most; regular expressions too are stopped in their tracks. */
export type TimeBox = <T>(milliseconds: number, work: () => T) => T;

/**
 * A time box on V8's own watchdog, which can end any synchronous work, where a timer could not even fire. It costs about
 * a tenth of a millisecond, so it is for patterns and texts that come from outside.
 */
export function createTimeBox(): TimeBox {
  const sandbox: { work: () => void } = { work: () => undefined };
  const context = createContext(sandbox);
  const script = new Script('work()');
  return <T>(milliseconds: number, work: () => T): T => {
    const results: { value: T }[] = [];
    sandbox.work = () => void results.push({ value: work() });
    try {
      script.runInContext(context, { timeout: milliseconds });
    } catch (error) {
      if (isTimeout(error)) throw new TimeBoxError(`Took longer than ${milliseconds} ms`);
      throw error;
    }
    const [result] = results;
    if (!result) throw new TimeBoxError('No result');
    return result.value;
  };
}

/** By its code: the error may be of another realm. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** A time box for several pieces of work that have so much time together, each no more than it was given. */
export function shareTime(timeBox: TimeBox, milliseconds: number): TimeBox {
  let left = milliseconds;
  return (most, work) => {
    if (left < 1) throw new TimeBoxError(`Took longer than ${milliseconds} ms together`);
    const started = performance.now();
    try {
      return timeBox(Math.ceil(Math.min(most, left)), work);
    } finally {
      left -= performance.now() - started;
    }
  };
}
