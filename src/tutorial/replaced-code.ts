import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { messageOf } from '../aws/errors.js';
import { bounded } from '../bounded.js';
import { LabError } from '../lab-error.js';
import type { StepEnv } from './env.js';

/** Lambda's largest package; a line that carries one slower than this is none. */
const MOST_BYTES = 250 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** Downloads the function's code and keeps it, before it is replaced. @returns the path of the copy */
export async function keepCode(env: StepEnv): Promise<string> {
  const { name } = env.lab.function;
  // Asked for now, since the link is good for ten minutes only.
  const { Code } = await env.aws.lambda.send(new GetFunctionCommand({ FunctionName: name }));
  if (Code?.Location === undefined) throw notKept(name, new Error('Lambda gave no link to it'));
  return env.keepCopy(
    `${name}.zip`,
    await downloadCode(env, Code.Location).catch((error: unknown) => {
      if (env.waiting.signal.aborted) throw error;
      throw notKept(name, error);
    }),
  );
}

/** The zip behind the link that Lambda gives with a function. @throws Error when it cannot be had, or is larger than `most` */
export async function downloadCode(
  env: Pick<StepEnv, 'waiting'>,
  url: string,
  most = MOST_BYTES,
): Promise<Uint8Array> {
  const signal = AbortSignal.any([env.waiting.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]);
  const answer = await fetch(url, { signal });
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
  return bounded(answer.body, most);
}

function notKept(name: string, cause: unknown): LabError {
  return new LabError('failed', `The code of ${name} could not be downloaded: ${messageOf(cause)}.`, {
    hint: 'Nothing was replaced. Run it again, or save the code yourself and delete the function.',
    cause,
  });
}
