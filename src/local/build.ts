import { stat } from 'node:fs/promises';

/**
 * What tells one build of the server from another of the same version: when its script was written. A server that runs on
 * while it is built anew would start functions with a worker that is not its own.
 */
export const buildOf = (serverScript: string): Promise<string> =>
  stat(serverScript).then(
    ({ mtimeMs }) => String(mtimeMs),
    () => '',
  );
