import { loadSharedConfigFiles } from '@smithy/core/config';
import type { Credentials, Target } from '../aws/target.js';
import { LabError } from '../lab-error.js';
import { endpointOf, findLocalAws, LocalAwsError, startLocalAws, type LocalAws } from '../local/index.js';
import type { Edge } from './edge.js';
import { contradicts, endpointOverrides, refuseOtherServers, SERVICES, type Override } from './endpoints.js';
import type { Request } from './flags.js';
import type { LabRecord } from './home.js';

/** What a command says of itself before its target is found. */
export interface OpenOptions {
  /** It prints the line that sets the shell's endpoint, and so works wherever that points now. */
  readonly setsEndpoint?: boolean;
}

/**
 * Which AWS a command is for: the flags, else where the lab is known to be, else the environment, else the default,
 * which is the local AWS. That is started if need be.
 */
export async function resolveTarget(
  edge: Edge,
  request: Request,
  record: LabRecord | undefined,
  { setsEndpoint }: OpenOptions = {},
): Promise<Target> {
  if (kindOf(request, record) === 'aws') return awsTarget(edge, request, record);
  refuseAwsFlags(request);
  const local = await ensureLocalAws(edge, { region: request.region });
  const { endpoint } = local;
  refuseOtherServers(edge.environment, { endpoint, record, setsEndpoint });
  return localTarget(local);
}

/** The same, but nothing is started: undefined where it is the local AWS and that does not run. */
export async function findTarget(
  edge: Edge,
  request: Request,
  record: LabRecord | undefined,
): Promise<Target | undefined> {
  if (kindOf(request, record) === 'aws') return awsTarget(edge, request, record);
  refuseAwsFlags(request);
  const { localAws } = edge.home;
  try {
    const endpoint = await endpointOf(localAws);
    refuseOtherServers(edge.environment, { endpoint, record });
    const local = await findLocalAws(localAws);
    return local && localTarget(local);
  } catch (error) {
    throw asLabError(error);
  }
}

const kindOf = (request: Request, record: LabRecord | undefined): Target['kind'] =>
  request.target ?? record?.target ?? 'local';

function refuseAwsFlags({ endpoint, profile }: Request): void {
  if (endpoint === undefined && profile === undefined) return;
  const flag = endpoint === undefined ? '--profile' : '--endpoint-url';
  throw new LabError('usage', `${flag} goes with --target aws.`, {
    hint: 'Add --target aws, or leave it away to use the local AWS.',
  });
}

function localTarget(local: LocalAws): Target {
  return {
    kind: 'local',
    region: local.region,
    endpoint: local.endpoint,
    account: local.account,
    profile: undefined,
    credentials: local.credentials,
  };
}

/** Only these reach the server's process: what a program needs to run at all. */
const SERVER_ENVIRONMENT = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

/** The local AWS of this home, started if need be. @throws LabError */
export async function ensureLocalAws(
  edge: Edge,
  options: {
    region?: string | undefined;
    port?: number | undefined;
    likeAws?: boolean | undefined;
  } = {},
): Promise<LocalAws> {
  const environment = SERVER_ENVIRONMENT.flatMap((name) => {
    const value = edge.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  try {
    return await startLocalAws({
      folder: edge.home.localAws,
      version: edge.package.version,
      serverScript: edge.package.serverScript,
      environment: Object.fromEntries(environment),
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.likeAws === undefined ? {} : { likeAws: options.likeAws }),
    });
  } catch (error) {
    throw asLabError(error);
  }
}

/** An error of the local AWS in the form that commands fail with; any other as it is. */
export function asLabError(error: unknown): unknown {
  if (!(error instanceof LocalAwsError)) return error;
  const code = error.code === 'folder-unwritable' ? 'home' : 'local-aws';
  return new LabError(code, error.message, { hint: error.hint, cause: error });
}

async function awsTarget(edge: Edge, request: Request, record: LabRecord | undefined): Promise<Target> {
  const { environment } = edge;
  const remembered = record?.target === 'aws' ? record : undefined;
  const named = request.profile ?? remembered?.profile;
  const profile = named ?? environment['AWS_PROFILE'];
  const credentials = named === undefined ? environmentKeys(environment) : undefined;
  const endpoint = request.endpoint ?? remembered?.endpoint;
  const settings = await profileSettings(environment, profile);
  if (endpoint === undefined) {
    const override = endpointOverrides(environment)[0] ?? settings.endpoint;
    if (override) throw contradicts(override, 'aws');
  }
  const { AWS_REGION, AWS_DEFAULT_REGION } = environment;
  const regions = [request.region, remembered?.region, AWS_REGION, AWS_DEFAULT_REGION, settings.region];
  // A variable that is set to nothing says nothing.
  const region = regions.find(Boolean);
  if (region === undefined) {
    throw new LabError('usage', 'No region is set for --target aws.', {
      hint: 'Give one with --region, such as --region us-east-1, or set AWS_REGION.',
    });
  }
  const { hasCredentials: profileHasCredentials } = settings;
  const ofProfile = credentials ? { profile: undefined } : { profile, profileHasCredentials };
  return { kind: 'aws', region, endpoint, credentials, ...ofProfile };
}

/** They go before AWS_PROFILE, as in the aws CLI: the SDK would take the profile's, which may be of another account. */
function environmentKeys(environment: Edge['environment']): Credentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** By any of these a profile says whose credentials it means; without, they are those of the machine, as with the aws CLI. */
const CREDENTIAL_SETTINGS = [
  ...['aws_access_key_id', 'credential_process', 'credential_source', 'login_session', 'role_arn'],
  ...['source_profile', 'sso_account_id', 'sso_session', 'sso_start_url', 'web_identity_token_file'],
];

interface ProfileSettings {
  readonly region: string | undefined;
  readonly endpoint: Override | undefined;
  readonly hasCredentials: boolean;
}

/** What the shared configuration files say of a profile, as the aws CLI reads them. */
async function profileSettings(
  environment: Edge['environment'],
  profile: string | undefined,
): Promise<ProfileSettings> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  if (profile !== undefined && !configFile[profile] && !credentialsFile[profile]) {
    throw new LabError('credentials', `There is no profile ${profile} in the AWS configuration files.`, {
      hint: 'See which there are with `aws configure list-profiles`, and choose one with --profile.',
    });
  }
  // `aws configure` writes the region into the one file; by hand it may stand in the other.
  const section = { ...configFile[profile ?? 'default'], ...credentialsFile[profile ?? 'default'] };
  const ignored =
    environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true' ||
    section['ignore_configured_endpoint_urls'] === 'true';
  // The loader joins what is nested below `[services NAME]` with a dot: `dynamodb.endpoint_url`.
  const services = configFile[`services.${section['services'] ?? ''}`] ?? {};
  const nested = SERVICES.map((each) => `${each}.endpoint_url`).find((key) => services[key]);
  const url = section['endpoint_url'] ?? (nested === undefined ? undefined : services[nested]);
  const setting = section['endpoint_url'] === undefined ? `services ${nested ?? ''}` : 'endpoint_url';
  return {
    region: section['region'],
    hasCredentials: CREDENTIAL_SETTINGS.some((setting) => section[setting] !== undefined),
    endpoint:
      ignored || url === undefined
        ? undefined
        : { setting: `${setting} of the profile ${profile ?? 'default'}`, url },
  };
}
