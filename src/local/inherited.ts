import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';

/** Of `child_process`, what a process gets as one of its file descriptors; from the fourth on `ignore` leaves it what it inherits. */
type Stdio = 'ignore' | 'pipe' | 'ipc' | number;

/**
 * Starts a process that has of our file descriptors what `stdio` says and no other. On Linux it would have all that are open
 * without the flag against it: LevelDB's files, by which a function could write into the state of all services, whatever
 * Node's permission model says; and the locks and pipes of the shell that a server was started from, which would be held for
 * as long as it runs. In their places it has the null device.
 */
export function inheritingOnly<T>(stdio: readonly Stdio[], start: (stdio: Stdio[]) => T): T {
  const nothing = openSync(devNull, 'r');
  try {
    const hidden = new Set(inheritable().filter((descriptor) => descriptor >= stdio.length));
    const length = Math.max(stdio.length, ...[...hidden].map((descriptor) => descriptor + 1));
    const inPlace = (descriptor: number): Stdio => (hidden.has(descriptor) ? nothing : 'ignore');
    return start(Array.from({ length }, (_, descriptor) => stdio[descriptor] ?? inPlace(descriptor)));
  } finally {
    closeSync(nothing);
  }
}

const LIST = '/proc/self/fdinfo';
const CLOSE_ON_EXEC = 0o2000000;

/** The file descriptors of this process that others inherit; none where the system does not list them: there Node hands none on. */
function inheritable(): number[] {
  try {
    const limit = openFilesLimit();
    // What was opened before the limit was lowered cannot be taken the place of.
    return readdirSync(LIST)
      .filter(isInherited)
      .map(Number)
      .filter((descriptor) => descriptor < limit);
  } catch {
    return [];
  }
}

const openFilesLimit = (): number =>
  Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);

function isInherited(descriptor: string): boolean {
  try {
    const [, flags = ''] = /^flags:\s*(\d+)$/m.exec(readFileSync(`${LIST}/${descriptor}`, 'utf8')) ?? [];
    return (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // It was that of the list itself.
    return false;
  }
}
