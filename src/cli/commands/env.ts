import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

export interface EnvOptions {
  readonly shell: 'bash' | 'fish' | 'powershell';
}

/** Shell lines that point the aws CLI, or any SDK, at the lab's target. */
export const env: Command<EnvOptions> = (context, { shell }) => {
  const { target, place, edge } = context;
  const variables = {
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    ...(target.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: target.endpoint }),
    ...(target.profile === undefined ? {} : { AWS_PROFILE: target.profile }),
    ...(target.credentials === undefined
      ? {}
      : {
          AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
        }),
  };
  // With the local AWS's own credentials these would still win, or not fit.
  const unset = target.credentials === undefined ? [] : ['AWS_PROFILE', 'AWS_SESSION_TOKEN'];
  for (const [name, value] of Object.entries(variables)) edge.screen.result(LINES[shell].set(name, value));
  for (const name of unset) edge.screen.result(LINES[shell].unset(name));
  return Promise.resolve({ exitCode: EXIT.ok, members: { environment: variables } });
};

interface ShellLines {
  readonly set: (name: string, value: string) => string;
  readonly unset: (name: string) => string;
}

const LINES: Readonly<Record<EnvOptions['shell'], ShellLines>> = {
  bash: {
    set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
    unset: (name) => `unset ${name}`,
  },
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replace(/['\\]/g, '\\$&')}'`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    set: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
};
