import { spawn, type ChildProcess } from 'node:child_process';

/** Remembers the last list it was told; when the pipe closes, it kills what is on it, and ends. */
const SCRIPT = 'while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -9 $pids';

/**
 * Sees to it that no function outlives the server, not even one that loops when the server itself is killed: a small
 * shell that holds a pipe to the server and knows the functions' processes. Windows has no such shell; there a busy
 * function ends when it wants to answer.
 */
export class Reaper {
  #shell: ChildProcess | undefined;

  /** Tells which processes, and groups of processes (negative), there are now. */
  watch(targets: readonly number[]): void {
    if (process.platform === 'win32') return;
    this.#shell ??= this.#start();
    this.#shell?.stdin?.write(`${targets.join(' ')}\n`);
  }

  /** Ends the shell. The processes must have ended before. */
  close(): Promise<void> {
    const shell = this.#shell;
    if (!shell || shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      shell.ref();
      shell.once('exit', () => resolve());
      shell.once('error', () => resolve());
      shell.stdin?.end('\n');
    });
  }

  /** Undefined when there is no shell to be had now; the next list asks for one again. */
  #start(): ChildProcess | undefined {
    try {
      // In a session of its own, so that a Ctrl-C meant for the server does not end it first.
      const shell: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
        detached: true,
      });
      const forget = (): void => {
        if (this.#shell === shell) this.#shell = undefined;
      };
      shell.once('error', forget);
      shell.once('exit', forget);
      shell.stdin?.on('error', () => undefined);
      shell.unref();
      return shell;
    } catch {
      return undefined;
    }
  }
}
