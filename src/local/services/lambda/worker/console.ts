import { format } from 'node:util';

const LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

/** What the log is written with. */
export interface LogWriter {
  /** The invocation that a line belongs to; undefined while the function is being loaded. */
  readonly requestId: string | undefined;
  /** Writes one log event. */
  line(text: string): void;
  /** Writes raw output, which the server cuts into lines. */
  output(text: string): void;
}

/** Makes the console write Lambda's lines (aws-facts 4.4) instead of plain ones. */
export function patchConsole(log: LogWriter): void {
  const methods = Object.entries(LEVELS).map(([name, level]) => [
    name,
    (...values: unknown[]) => log.line(logLine(log.requestId, level, format(values[0], ...values.slice(1)))),
  ]);
  Object.assign(console, Object.fromEntries(methods));
}

/** `<ISO time>\t<request id>\t<level>\t<text>` */
export function logLine(requestId: string | undefined, level: string, text: string): string {
  return `${new Date().toISOString()}\t${String(requestId)}\t${level}\t${text}\n`;
}

/** Sends what is written to stdout and stderr the same way as the log, so that both keep their order. */
export function patchOutput(log: LogWriter): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const original = Object.getOwnPropertyDescriptor(process, name);
    if (!original) continue;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      // The stream is opened when it is first asked for: most functions never do.
      get: () => {
        Object.defineProperty(process, name, original);
        redirect(process[name], log);
        return process[name];
      },
    });
  }
}

function redirect(stream: NodeJS.WriteStream, log: LogWriter): void {
  stream.write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    written?: (error?: Error | null) => void,
  ): boolean => {
    log.output(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = typeof encoding === 'function' ? encoding : written;
    if (done) process.nextTick(done);
    return true;
  };
}
