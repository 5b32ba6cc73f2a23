import type { Target } from '../../aws/target.js';
import type { Command } from '../command.js';
import { LabError } from '../../lab-error.js';
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
  // The reader's own are in his environment already, and are not printed.
  const credentials = target.kind === 'local' ? target.credentials : undefined;
  const apiKey = showKey ? await keyValue(context, (await locateOnly(context)).keyId) : undefined;
  const variables = {
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    // A pager would read the lines that are pasted after a long answer.
    AWS_PAGER: '',
    ...(target.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: target.endpoint }),
    ...(target.profile === undefined ? {} : { AWS_PROFILE: target.profile }),
    ...(credentials === undefined
      ? {}
      : {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        }),
    ...(apiKey === undefined ? {} : { [KEY_VARIABLE]: apiKey }),
  };
  const { set, unset: forget } = SYNTAX[shell];
  const lines = Object.entries(variables).map(([name, value]) => {
    const line = set(name, value);
    if (line === undefined) throw notInThisShell(name, { shell, showKey });
    return line;
  });
  for (const line of lines) edge.screen.result(line);
  for (const name of unsetFor(target)) edge.screen.result(forget(name));
  return { exitCode: EXIT.ok, members: { environment: variables, ...(showKey ? { apiKey } : {}) } };
};

/** What would still win over these lines, or not fit: with the aws CLI keys go before AWS_PROFILE. */
function unsetFor({ kind, profile }: Target): string[] {
  if (kind === 'local') return ['AWS_PROFILE', 'AWS_SESSION_TOKEN'];
  return profile === undefined ? [] : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
}

/** The same command for a shell that can hold any value. */
function notInThisShell(name: string, { shell, showKey }: EnvOptions): LabError {
  const more = showKey ? ' --show-key' : '';
  return new LabError(
    'usage',
    `The value of ${name} has a " or a % in it, which no line for ${shell} can hold.`,
    {
      hint: `Use PowerShell: \`lab-setup env --shell powershell${more}\``,
    },
  );
}
