/** Given to node by `--import`: says on stderr, as its last line, how much memory the process ever had at once, in KiB. */
import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => writeSync(2, `\n${peakKiB()}\n`));

function peakKiB() {
  try {
    // Where the kernel tells it: what `resourceUsage` says begins on Linux with the memory of who started the process.
    return /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
