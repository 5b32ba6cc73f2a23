import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  APIGatewayClient,
  APIGatewayServiceException,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  type PutIntegrationCommandInput,
  type PutIntegrationResponseCommandInput,
} from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../src/local/errors.js';
import { createKeyring } from '../../src/local/identity.js';
import { AT_ONCE } from '../../src/local/like-aws.js';
import { createLocalServer, portOf } from '../../src/local/server.js';
import { openApiGateway } from '../../src/local/services/apigateway/index.js';
import type { Functions, Invocation, InvocationResult, Roles } from '../../src/local/services/ports.js';
import { openStore } from '../../src/local/store.js';
import { TEST_CREDENTIALS } from './local-aws.js';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:backend`;
export const FUNCTION_URI = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** A role that API Gateway may assume, and that may call functions. */
export const CALLER_ROLE = roleArn('caller');
/** The same, but it may call none. */
export const POWERLESS_ROLE = roleArn('powerless');
/** A role that trusts somebody else. */
export const UNTRUSTING_ROLE = roleArn('untrusting');

const roles: Roles = {
  find: () => undefined,
  trusts: (arn, service) =>
    service === 'apigateway.amazonaws.com' && [CALLER_ROLE, POWERLESS_ROLE].includes(arn),
  session: (arn) =>
    [CALLER_ROLE, POWERLESS_ROLE, UNTRUSTING_ROLE].includes(arn)
      ? {
          kind: 'role-session',
          account: ACCOUNT,
          arn,
          userId: 'AROATEST',
          roleName: arn.split('/').at(-1) ?? '',
        }
      : undefined,
  policiesOf: () => [],
};

/** Functions that answer what a test tells them to, and remember what they were asked. */
export interface FakeFunctions extends Functions {
  readonly invocations: Invocation[];
  /** Events that nobody waits for. */
  readonly accepted: Invocation[];
  readonly permissions: { functionArn: string; sourceArn: string }[];
  reply: (invocation: Invocation) => Partial<InvocationResult> | Promise<Partial<InvocationResult>>;
  isAllowed: boolean;
}

export interface TestGateway {
  readonly endpoint: string;
  readonly client: APIGatewayClient;
  readonly functions: FakeFunctions;
  /** Lets time pass; a signature is good for a quarter of an hour. */
  pass(milliseconds: number): void;
  stop(): Promise<void>;
}

/** API Gateway by itself, with functions that are not real, in this process and on a free port. */
export async function startTestGateway(): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-setup-gateway-'));
  const store = await openStore(join(folder, 'state'));
  let passed = 0;
  const clock = { now: () => Date.now() + passed };
  const functions = fakeFunctions();
  const gateway = openApiGateway(
    { account: ACCOUNT, region: REGION, clock, store, delays: AT_ONCE },
    {
      authorize: (principal) => {
        if (principal.kind === 'role-session' && principal.roleName !== 'caller')
          throw new AwsError({ code: 'AccessDeniedException', status: 403 });
      },
      functions,
      roles,
    },
  );
  const owner = {
    kind: 'owner',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/test`,
    userId: 'AIDATEST',
  } as const;
  const server = createLocalServer({
    planes: { services: [gateway.service], dataPlane: gateway.dataPlane },
    keyring: createKeyring({ owner: { credentials: TEST_CREDENTIALS, principal: owner }, clock }),
    region: REGION,
    clock,
    store,
    health: () => ({}),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  const client = new APIGatewayClient({
    endpoint,
    region: REGION,
    credentials: TEST_CREDENTIALS,
    maxAttempts: 1,
  });
  return {
    endpoint,
    client,
    functions,
    pass: (milliseconds) => {
      passed += milliseconds;
    },
    stop: async () => {
      client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function fakeFunctions(): FakeFunctions {
  const functions: FakeFunctions = {
    invocations: [],
    accepted: [],
    permissions: [],
    reply: ({ payload }) => ({ payload }),
    isAllowed: true,
    invoke: async (invocation) => {
      functions.invocations.push(invocation);
      const result = await functions.reply(invocation);
      return { payload: Buffer.from('null'), log: '', requestId: 'fake', ...result };
    },
    accept: (invocation) => void functions.accepted.push(invocation),
    allows: (functionArn, { sourceArn }) => {
      functions.permissions.push({ functionArn, sourceArn });
      return functions.isAllowed;
    },
  };
  return functions;
}

export interface MethodSettings {
  /** Such as `/pets/{id}`; `/` when absent. */
  readonly path?: string;
  readonly httpMethod?: string;
  readonly apiKeyRequired?: boolean;
  readonly integration: Omit<PutIntegrationCommandInput, 'restApiId' | 'resourceId' | 'httpMethod'>;
  /** By status code; a 200 without settings when absent. */
  readonly responses?: Readonly<
    Record<
      string,
      Omit<PutIntegrationResponseCommandInput, 'restApiId' | 'resourceId' | 'httpMethod' | 'statusCode'>
    >
  >;
}

export interface TestApi {
  readonly restApiId: string;
  readonly rootResourceId: string;
  /** The id of the resource at a path, which is made if need be. */
  resourceId(path: string): Promise<string>;
  /** Adds a method, with the resources that its path needs. */
  method(settings: MethodSettings): Promise<void>;
  /** Deploys to the stage `test`; the id of the deployment. */
  deploy(): Promise<string>;
  /** A URL of the stage `test`. */
  url(path?: string): string;
}

export const MOCK_200 = {
  type: 'MOCK',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
} as const;
export const LAMBDA = { type: 'AWS', integrationHttpMethod: 'POST', uri: FUNCTION_URI } as const;
export const LAMBDA_PROXY = { ...LAMBDA, type: 'AWS_PROXY' } as const;

/** A new REST API without methods. */
export async function createTestApi({ client, endpoint }: TestGateway): Promise<TestApi> {
  const { id: restApiId = '', rootResourceId = '' } = await client.send(
    new CreateRestApiCommand({ name: 'test' }),
  );
  const resources = new Map([['/', rootResourceId]]);
  const resourceAt = async (path: string): Promise<string> => {
    const known = resources.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const parentId = await resourceAt(path.slice(0, cut) || '/');
    const { id = '' } = await client.send(
      new CreateResourceCommand({ restApiId, parentId, pathPart: path.slice(cut + 1) }),
    );
    resources.set(path, id);
    return id;
  };
  return {
    restApiId,
    rootResourceId,
    resourceId: resourceAt,
    method: async ({
      path = '/',
      httpMethod = 'POST',
      apiKeyRequired = false,
      integration,
      responses = { 200: {} },
    }) => {
      const at = { restApiId, resourceId: await resourceAt(path), httpMethod };
      await client.send(new PutMethodCommand({ ...at, authorizationType: 'NONE', apiKeyRequired }));
      await client.send(new PutIntegrationCommand({ ...at, ...integration }));
      for (const [statusCode, response] of Object.entries(responses)) {
        const responseParameters = Object.fromEntries(
          Object.keys(response.responseParameters ?? {}).map((name) => [name, false]),
        );
        await client.send(new PutMethodResponseCommand({ ...at, statusCode, responseParameters }));
        await client.send(new PutIntegrationResponseCommand({ ...at, statusCode, ...response }));
      }
    },
    deploy: async () => {
      const { id = '' } = await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'test' }));
      return id;
    },
    url: (path = '/') => `${endpoint}/restapis/${restApiId}/test/_user_request_${path}`,
  };
}

/** Posts JSON text, as it is. */
export const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

/** A request with a Host of its own, which fetch does not send. */
export function get(url: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject).end();
  });
}

export interface Failure {
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** The error that a call ends with; a call that succeeds fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIGatewayServiceException) {
      return { code: error.name, status: error.$metadata.httpStatusCode, message: error.message };
    }
    throw error;
  }
  throw new Error('The call succeeded.');
}

export const badRequest = (message: string): Failure => ({
  code: 'BadRequestException',
  status: 400,
  message,
});
export const notFound = (message: string): Failure => ({ code: 'NotFoundException', status: 404, message });
export const conflict = (message: string): Failure => ({ code: 'ConflictException', status: 409, message });
export const invalid = (message: string): Failure => ({ code: 'ValidationException', status: 400, message });

/** An answer without what the SDK adds. */
export function membersOf(answer: { $metadata: unknown }): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).filter(([name, value]) => name !== '$metadata' && value !== undefined),
  );
}
