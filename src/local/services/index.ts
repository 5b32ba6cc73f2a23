import { createAuthorize } from '../authorization/authorize.js';
import type { Keyring } from '../identity.js';
import type { RequestQuota } from '../like-aws.js';
import { withRequestQuotas } from '../request-quotas.js';
import type { Planes } from '../server.js';
import { openApiGateway } from './apigateway/index.js';
import { openDynamoDb } from './dynamodb/index.js';
import { openIam } from './iam/index.js';
import { openLambda } from './lambda/index.js';
import { openLogs } from './logs/index.js';
import type { Contents, World } from './ports.js';
import { stsService } from './sts/index.js';

export interface ServicesOptions {
  readonly world: World;
  readonly keyring: Keyring;
  /** Where functions reach this server, such as `http://127.0.0.1:41233`; known once the server listens. */
  readonly endpoint: () => string;
  /** DynamoDB's own LevelDB. */
  readonly dynamodbFolder: string;
  /** Where functions' code is unpacked; emptied at start. */
  readonly functionsFolder: string;
  /** The script that a function's process runs. */
  readonly workerScript: string;
  /** The account's request quotas; none where requests may come as they like. */
  readonly quotas: readonly RequestQuota[];
}

export interface Services extends Planes {
  contents(): Contents;
  /** Stops the functions' processes and closes DynamoDB. */
  close(): Promise<void>;
}

/** Puts the services together: who knows whom is said here and nowhere else. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { world, keyring, endpoint } = options;
  const iam = openIam(world);
  const authorize = createAuthorize({
    ...world,
    roles: iam.roles,
  });
  const logs = openLogs(world, { authorize });
  const [dynamodb, lambda] = await Promise.all([
    openDynamoDb(world, { authorize, folder: options.dynamodbFolder }),
    openLambda(world, {
      authorize,
      roles: iam.roles,
      logs: logs.sink,
      keyring,
      endpoint,
      folder: options.functionsFolder,
      workerScript: options.workerScript,
    }),
  ]);
  const apigateway = openApiGateway(world, { authorize, functions: lambda.functions, roles: iam.roles });
  const services = [
    iam.service(authorize),
    stsService(world, { authorize, roles: iam.roles, keyring }),
    logs.service,
    dynamodb.service,
    lambda.service,
    apigateway.service,
  ];
  const limits = { clock: world.clock, quotas: options.quotas };
  return {
    services: services.map((service) => withRequestQuotas(service, limits)),
    // What needs no signature: the deployed APIs, and the links to functions' code.
    dataPlane: (request) => lambda.serveCode(request) ?? apigateway.dataPlane(request),
    contents: () => ({
      ...iam.contents(),
      ...lambda.contents(),
      ...dynamodb.contents(),
      ...apigateway.contents(),
      ...logs.contents(),
    }),
    close: async () => {
      await lambda.close();
      await dynamodb.close();
    },
  };
}
