import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import * as v from 'valibot';

/** Where and of what the figures are. */
export interface Machine {
  /** ISO 8601, the day. */
  readonly date: string;
  readonly labSetup: string;
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
}

export async function describeMachine(): Promise<Machine> {
  const manifest: unknown = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    labSetup: v.parse(v.object({ version: v.string() }), manifest).version,
    node: process.version,
    system: `${type()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

export const machineLine = (machine: Machine): string =>
  `${machine.date}: lab-setup ${machine.labSetup}, Node ${machine.node}, ${machine.system}, ` +
  `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB`;
