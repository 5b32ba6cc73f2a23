import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import type { fromIni } from '@aws-sdk/credential-provider-ini';
import type { Logger } from '@smithy/types';
import { bounded } from '../bounded.js';
import { watch, watchRoles, type CallListener, type CallSite } from './calls.js';
import type { Target } from './target.js';
import type { Waiting } from './waiting.js';

/**
 * The SDK's clients for one target. Every call through them is told to `onCall`, waits out quotas and conflicts, and is
 * made again when its answer is lost.
 */
export interface Aws {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly lambda: LambdaClient;
  readonly dynamodb: DynamoDBClient;
  readonly logs: CloudWatchLogsClient;
  readonly apiGateway: APIGatewayClient;
  /**
   * For creates whose names are not unique: these are not made again, since a repeated CreateRestApi whose first answer
   * was lost makes a second API (aws-facts 8.1).
   */
  readonly apiGatewayOnce: APIGatewayClient;
}

/** How long one try of a call may take. */
export interface TimeOuts {
  readonly connectMs: number;
  /** Until the answer begins, and between two pieces of it. */
  readonly answerMs: number;
}

/** Enough for a slow AWS answer; a connection that is not made in five seconds will not be. */
const TIME_OUTS: TimeOuts = { connectMs: 5_000, answerMs: 60_000 };

/** Several times what the largest answer has: Lambda's, of 6 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * What the SDK would else look for in the environment and in the configuration files, call by call and client by client: what
 * is set there is meant for the real AWS, and to look for it takes a twentieth of `up`.
 */
const LOCAL_SETTINGS = {
  accountIdEndpointMode: 'disabled',
  authSchemePreference: () => Promise.resolve([]),
  defaultsMode: 'standard',
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: () => Promise.resolve(undefined),
} as const;

export interface ClientOptions {
  readonly onCall: CallListener;
  readonly waiting: Waiting;
  /** The same for the call that tells whose account it is; as `waiting` unless given. */
  readonly identityWaiting?: Waiting;
  /** Hears what the SDK warns of, which it would else print on stderr; without it nobody does. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly timeOuts?: TimeOuts | undefined;
}

/**
 * The clients, each made when it is first used: a command that asks one service does not pay for six. `close` ends their
 * connections.
 */
export function createClients(target: Target, options: ClientOptions): Aws & { close(): void } {
  const { onCall, waiting, identityWaiting = waiting } = options;
  const { onWarning = () => undefined, timeOuts = TIME_OUTS } = options;
  const config = {
    region: target.region,
    requestHandler: {
      connectionTimeout: timeOuts.connectMs,
      requestTimeout: timeOuts.answerMs,
      // Without this the SDK warns, and waits on for ever.
      throwOnRequestTimeout: true,
      socketTimeout: timeOuts.answerMs,
    },
    streamCollector: (answer: AsyncIterable<Uint8Array>) => bounded(answer, MOST_BYTES),
    logger: warningsTo(onWarning),
    // The SDK tries nothing again by itself: patience.ts does, on our clock and within our budgets.
    maxAttempts: 1,
    ...(target.kind === 'local' ? LOCAL_SETTINGS : {}),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.profile === undefined ? {} : { profile: target.profile }),
    ...credentialsOf(target),
  };
  const made: Client[] = [];
  const whenUsed = <C extends Client>(make: (settings: typeof config) => C): (() => C) => {
    let client: C | undefined;
    return () => {
      if (!client) made.push((client = make({ ...config, ...sameCredentials(made[0]) })));
      return client;
    };
  };
  const site = (service: string): CallSite => ({
    service,
    server: target.endpoint,
    isLocal: target.kind === 'local',
    profile: target.profile,
    isRepeatable: true,
    onCall,
    waiting: service === 'sts' ? identityWaiting : waiting,
  });
  const iam = whenUsed((settings) => {
    const client = new IAMClient(settings);
    client.middlewareStack.use(watch(site('iam')));
    return client;
  });
  const sts = whenUsed((settings) => {
    const client = new STSClient(settings);
    client.middlewareStack.use(watch(site('sts')));
    return client;
  });
  const lambda = whenUsed((settings) => {
    const client = new LambdaClient(settings);
    client.middlewareStack.use(watch(site('lambda')));
    return client;
  });
  const dynamodb = whenUsed((settings) => {
    const client = new DynamoDBClient(settings);
    client.middlewareStack.use(watch(site('dynamodb')));
    return client;
  });
  const logs = whenUsed((settings) => {
    const client = new CloudWatchLogsClient(settings);
    client.middlewareStack.use(watch(site('logs')));
    return client;
  });
  const apiGatewayThat = (isRepeatable: boolean): (() => APIGatewayClient) =>
    whenUsed((settings) => {
      const client = new APIGatewayClient(settings);
      client.middlewareStack.use(watch({ ...site('apigateway'), isRepeatable }));
      return client;
    });
  const apiGateway = apiGatewayThat(true);
  const apiGatewayOnce = apiGatewayThat(false);
  return {
    get iam() {
      return iam();
    },
    get sts() {
      return sts();
    },
    get lambda() {
      return lambda();
    },
    get dynamodb() {
      return dynamodb();
    },
    get logs() {
      return logs();
    },
    get apiGateway() {
      return apiGateway();
    },
    get apiGatewayOnce() {
      return apiGatewayOnce();
    },
    close: () => {
      for (const client of made) client.destroy();
    },
  };
}

/** What one client must have in common with the next. */
type Client = Pick<STSClient, 'destroy'> & { readonly config: Pick<STSClient['config'], 'credentials'> };

/**
 * Those that the first client found, which renews them: else each would ask for its own, and a `credential_process` that asks
 * its user for a code or a finger would do so six times in an `up`.
 */
const sameCredentials = (first: Client | undefined): Partial<Client['config']> =>
  first ? { credentials: first.config.credentials } : {};

/** Those that are meant; none, where the SDK's own chain is to find some. */
function credentialsOf({ credentials, profile, profileHasCredentials = false }: Target) {
  if (credentials) return { credentials };
  return profileHasCredentials ? { credentials: ofProfile(profile) } : {};
}

/**
 * The credentials of a profile, where none is named of the one called default, or why it has none. The SDK's own chain would
 * go on to those of the container or the machine, which may be of another account, and forget what was wrong with the profile.
 */
function ofProfile(profile: string | undefined): ReturnType<typeof fromIni> {
  return async (properties) => {
    // Loaded when it is used: the local AWS has no profiles.
    const ini = await import('@aws-sdk/credential-provider-ini');
    const named = profile === undefined ? {} : { profile };
    return ini.fromIni({ ...named, clientPlugins: [watchRoles(profile)] })(properties);
  };
}

/** Of what the SDK and its credential chain log, the warnings alone: the rest holds inputs and outputs of the calls. */
function warningsTo(onWarning: (text: string) => void): Logger {
  const drop = (): void => undefined;
  return {
    trace: drop,
    debug: drop,
    info: drop,
    error: drop,
    warn: (...content: unknown[]) => {
      onWarning(content.filter((part) => typeof part === 'string').join(' '));
    },
  };
}
