import { readFileSync } from 'node:fs';

/** How often the memory of a process at work is looked at. */
const INTERVAL_MS = 100;

/**
 * Looks, while it is at work, whether a process holds more memory of its own than its function may have: heaps and
 * buffers, without the programs and libraries that it shares with others. Node's own limit counts the JavaScript heap
 * alone. Only Linux tells what this asks for; elsewhere that limit is all there is.
 */
export function watchMemory(options: {
  pid: () => number | undefined;
  atWork: () => boolean;
  megabytes: number;
  exceeded: () => void;
}): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (!options.atWork() || ownMegabytes(options.pid()) <= options.megabytes) return;
    clearInterval(timer);
    options.exceeded();
  }, INTERVAL_MS);
  return timer.unref();
}

const ownMegabytes = (pid: number | undefined): number => megabytesOf(pid, 'RssAnon');

/** The most memory that the process had; 0 where the system has no such file. */
export const peakMegabytes = (pid: number | undefined): number => Math.ceil(megabytesOf(pid, 'VmHWM'));

function megabytesOf(pid: number | undefined, name: string): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(new RegExp(String.raw`^${name}:\s+(\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
