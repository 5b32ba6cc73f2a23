import { closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { devNull } from 'node:os';

/** Of `child_process`, what a process gets as one of its file descriptors; from the fourth on `ignore` leaves it what it inherits. */
type Stdio = 'ignore' | 'pipe' | number;

/**
 * Starts a process that inherits none of our files. LevelDB opens its own without the flag that would keep them from it, so on
 * Linux a function would have the state of all services open for writing, whatever Node's permission model says. In their
 * places it has the null device.
 */
export function hidingOurFiles<T>(stdio: readonly Stdio[], start: (stdio: Stdio[]) => T): T {
  const nothing = openSync(devNull, 'r');
  try {
    const hidden = new Set(openFiles().filter((descriptor) => descriptor >= stdio.length));
    const length = Math.max(stdio.length, ...[...hidden].map((descriptor) => descriptor + 1));
    const inPlace = (descriptor: number): Stdio => (hidden.has(descriptor) ? nothing : 'ignore');
    return start(Array.from({ length }, (_, descriptor) => stdio[descriptor] ?? inPlace(descriptor)));
  } finally {
    closeSync(nothing);
  }
}

/** Of this process; none where the system does not list them, and hands none on. */
function openFiles(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number).filter(isFile);
  } catch {
    return [];
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    // It was that of the list itself.
    return false;
  }
}
