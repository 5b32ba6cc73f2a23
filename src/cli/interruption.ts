import { EXIT } from './exit-codes.js';

/** Of Node's process, what Ctrl-C takes. */
interface Interruptible {
  on(signal: 'SIGINT', press: () => void): unknown;
  exit(code: number): unknown;
}

/** The first Ctrl-C lets the command say what stands, the second ends the process. */
export function interruption(process: Interruptible): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    else controller.abort();
  });
  return controller.signal;
}
