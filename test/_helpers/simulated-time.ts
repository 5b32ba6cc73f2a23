import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import type { Clock } from '../../src/aws/waiting.js';

/**
 * Time that passes only when everybody sleeps: as soon as no request is under way on any server of this process and
 * nothing else happens, it is as late as the first sleeper waits for. One such clock is shared by labs (their engine's
 * Clock) and the local AWS that they use (its Clock); requests go over the real wire, and what they take counts as nothing.
 */
export interface SimulatedTime extends Clock {
  /** Milliseconds since the beginning. */
  readonly elapsed: () => number;
  /** Sleeps inside of a request, as a fault's delay does: that request is not under way meanwhile. Ends early when `gone` is aborted. */
  readonly hold: (milliseconds: number, gone: AbortSignal) => Promise<void>;
  /** No time passes afterwards. */
  readonly stop: () => void;
}

/**
 * So many turns of the event loop without a request or a new sleeper mean that all are asleep. Within one process what
 * is written to a socket is read within a few; what takes longer, such as reading a file, may cost simulated time.
 */
const QUIET_TURNS = 25;

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function simulatedTime(start = Date.now()): SimulatedTime {
  const sleepers = new Set<Sleeper>();
  let time = start;
  let underWay = 0;
  let quietTurns = 0;
  let isTurning = false;
  let isStopped = false;

  const turn = (): void => {
    if (isStopped || sleepers.size === 0 || underWay > 0) {
      isTurning = false;
      return;
    }
    quietTurns += 1;
    if (quietTurns > QUIET_TURNS) advance();
    setImmediate(turn);
  };
  const advance = (): void => {
    quietTurns = 0;
    time = Math.max(time, Math.min(...[...sleepers].map(({ until }) => until)));
    for (const sleeper of [...sleepers]) if (sleeper.until <= time) sleeper.wake();
  };
  const stir = (): void => {
    quietTurns = 0;
    if (isTurning) return;
    isTurning = true;
    setImmediate(turn);
  };

  const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = (): void => {
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
        stir();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const sleeper: Sleeper = {
        until: time + Math.ceil(milliseconds),
        wake: () => {
          leave();
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal.addEventListener('abort', abort);
      stir();
    });

  const count = (change: 1 | -1): void => {
    underWay += change;
    stir();
  };
  const onRequest = (message: unknown): void => {
    const { response } = message as { response: ServerResponse };
    count(1);
    response.once('close', () => count(-1));
  };
  subscribe('http.server.request.start', onRequest);

  return {
    now: () => time,
    sleep,
    elapsed: () => time - start,
    hold: async (milliseconds, gone) => {
      count(-1);
      await sleep(milliseconds, gone).catch(() => undefined);
      count(1);
    },
    stop: () => {
      isStopped = true;
      unsubscribe('http.server.request.start', onRequest);
    },
  };
}
