import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { keyValue, locateOnly } from '../located.js';
import { KEY_VARIABLE, SYNTAX, type Shell } from '../shell.js';

export interface EnvOptions {
  readonly shell: Shell;
  /** The key's value too, for the lines of `curl`. */
  readonly showKey: boolean;
}

/** Shell lines that point the aws CLI, or any SDK, at the lab's target. */
export const env: Command<EnvOptions> = async (context, { shell, showKey }) => {
  const { target, place, edge } = context;
  const apiKey = showKey ? await keyValue(context, (await locateOnly(context)).keyId) : undefined;
  const variables = {
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    // A pager would read the lines that are pasted after a long answer.
    AWS_PAGER: '',
    ...(target.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: target.endpoint }),
    ...(target.profile === undefined ? {} : { AWS_PROFILE: target.profile }),
    ...(target.credentials === undefined
      ? {}
      : {
          AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
        }),
    ...(apiKey === undefined ? {} : { [KEY_VARIABLE]: apiKey }),
  };
  // With the local AWS's own credentials these would still win, or not fit.
  const unset = target.credentials === undefined ? [] : ['AWS_PROFILE', 'AWS_SESSION_TOKEN'];
  const { set, unset: forget } = SYNTAX[shell];
  for (const [name, value] of Object.entries(variables)) edge.screen.result(set(name, value));
  for (const name of unset) edge.screen.result(forget(name));
  return { exitCode: EXIT.ok, members: { environment: variables, ...(showKey ? { apiKey } : {}) } };
};
