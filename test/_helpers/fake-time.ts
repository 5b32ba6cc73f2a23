import type { Clock, Waiting } from '../../src/aws/waiting.js';

/** A clock on which nobody waits: sleeping moves it on. */
export function fakeClock(): Clock & { readonly slept: number[] } {
  let time = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

/** Waiting on a fake clock; the notes are kept. */
export function fakeWaiting(): Waiting & {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly notes: string[];
} {
  const notes: string[] = [];
  return {
    clock: fakeClock(),
    signal: new AbortController().signal,
    notes,
    note: (text) => void notes.push(text),
  };
}
