import { EXIT } from './exit-codes.js';

/** Ctrl-C, and what `kill`, `timeout` and a machine that shuts down send. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Of Node's process, what Ctrl-C takes. */
interface Interruptible {
  on(signal: (typeof SIGNALS)[number], press: () => void): unknown;
  exit(code: number): unknown;
}

/** The first Ctrl-C lets the command say what stands and give the terminal back as it was, the second ends the process. */
export function interruption(process: Interruptible): AbortSignal {
  const controller = new AbortController();
  const press = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    else controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, press);
  return controller.signal;
}
