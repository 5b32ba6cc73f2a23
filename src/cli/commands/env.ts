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
  for (const [name, value] of Object.entries(variables)) edge.screen.result(LINES[shell](name, value));
  return Promise.resolve({ exitCode: EXIT.ok, members: { environment: variables } });
};

const LINES: Readonly<Record<EnvOptions['shell'], (name: string, value: string) => string>> = {
  bash: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  fish: (name, value) => `set -gx ${name} '${value.replace(/['\\]/g, '\\$&')}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
};
