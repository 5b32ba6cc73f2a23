import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program that is not ours and gives back its standard output. @throws when it fails, with what it said */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await execute(program, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    maxBuffer: 16 * 1024 * 1024,
    timeout: 60_000,
  });
  return stdout;
}

/** @throws when a program that these tests are about is not installed: they must not pass for want of a judge */
export async function requireProgram(program: string): Promise<void> {
  const failure: unknown = await runProgram(program, ['--version']).catch((error: unknown) => error);
  if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') {
    throw new Error(`${program} is not installed: \`npm run interop\` needs it.`);
  }
}
