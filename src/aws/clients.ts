import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { watch, type CallListener, type CallSite } from './calls.js';
import type { Target } from './target.js';
import type { Waiting } from './waiting.js';

/** The SDK's clients for one target. Every call through them is told to `onCall`, and waits out quotas and conflicts. */
export interface Aws {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly lambda: LambdaClient;
  readonly dynamodb: DynamoDBClient;
  readonly logs: CloudWatchLogsClient;
  readonly apiGateway: APIGatewayClient;
  /**
   * For creates whose names are not unique: the SDK must not repeat them, since a repeated CreateRestApi whose first
   * answer was lost makes a second API (aws-facts 8.1).
   */
  readonly apiGatewayOnce: APIGatewayClient;
}

/** Enough for a slow AWS answer; a connection that is not made in five seconds will not be. */
const REQUEST_HANDLER = { connectionTimeout: 5_000, requestTimeout: 60_000 };

/** Makes the clients; they connect when first used. `close` ends their connections. */
export function createClients(
  target: Target,
  options: { onCall: CallListener; waiting: Waiting },
): Aws & { close(): void } {
  const config = {
    region: target.region,
    requestHandler: REQUEST_HANDLER,
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.profile === undefined ? {} : { profile: target.profile }),
    ...(target.credentials === undefined ? {} : { credentials: target.credentials }),
  };
  const site = (service: string): CallSite => ({ service, server: target.endpoint, ...options });
  const aws: Aws = {
    iam: new IAMClient(config),
    sts: new STSClient(config),
    lambda: new LambdaClient(config),
    dynamodb: new DynamoDBClient(config),
    logs: new CloudWatchLogsClient(config),
    apiGateway: new APIGatewayClient(config),
    apiGatewayOnce: new APIGatewayClient({ ...config, maxAttempts: 1 }),
  };
  aws.iam.middlewareStack.use(watch(site('iam')));
  aws.sts.middlewareStack.use(watch(site('sts')));
  aws.lambda.middlewareStack.use(watch(site('lambda')));
  aws.dynamodb.middlewareStack.use(watch(site('dynamodb')));
  aws.logs.middlewareStack.use(watch(site('logs')));
  aws.apiGateway.middlewareStack.use(watch(site('apigateway')));
  aws.apiGatewayOnce.middlewareStack.use(watch(site('apigateway')));
  return {
    ...aws,
    close: () => {
      for (const client of Object.values<{ destroy(): void }>({ ...aws })) client.destroy();
    },
  };
}
