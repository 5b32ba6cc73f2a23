import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.js';
import { failureMessage } from './errors.js';
import { refuseForeign } from './guard.js';
import { HEALTH_PATH } from './health.js';
import type { Keyring } from './identity.js';
import { uuid } from './ids.js';
import { BodyBudget, busy, limitOf, readBody, tooLarge, type ReadBody } from './request-body.js';
import type { Service, SigningName } from './services/service.js';
import { readClaim, verifySignature, type Expectation } from './signature.js';
import type { Store } from './store.js';
import { queryLists, type WireRequest, type WireResponse } from './wire/http.js';

/** What answers on the port: the services' control planes, and the deployed APIs. */
export interface Planes {
  readonly services: readonly Service[];
  /** Answers a request to a deployed API; undefined when the request is for the control plane. */
  readonly dataPlane: (request: WireRequest) => Promise<WireResponse> | undefined;
}

export interface ServerOptions {
  readonly planes: Planes;
  readonly keyring: Keyring;
  readonly region: string;
  readonly clock: Clock;
  readonly store: Store;
  /** What `GET /_lab-setup/health?nonce=…` says; by it a client knows that it found its own server. */
  readonly health: (nonce: string) => object;
  /** Called at each request for one of the planes, so that an unused server can stop by itself. */
  readonly onRequest?: () => void;
}

/** Long enough that a client's kept-alive connection is not closed under its next request. */
const KEEP_ALIVE_MS = 70_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;

/** More than the tools open at once; each costs memory before it has said anything. */
const MAX_CONNECTIONS = 256;

/** The HTTP server, not yet listening. */
export function createLocalServer(options: ServerOptions): Server {
  const budget = new BodyBudget();
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      noDelay: true,
    },
    (incoming, outgoing) => {
      answer(incoming, { ...options, port: portOf(server), budget }).then(
        (response) => send(outgoing, response),
        (error: unknown) => send(outgoing, internalFailure(error)),
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The port the server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

interface Context extends ServerOptions {
  readonly port: number;
  readonly budget: BodyBudget;
}

/** A request whose body is not read yet. */
type RequestHead = Omit<WireRequest, 'body'>;

async function answer(incoming: IncomingMessage, context: Context): Promise<WireResponse> {
  const refusal = refuseForeign(incoming.headers, context.port);
  if (refusal) return refusal;
  const head = readHead(incoming);
  if (head.path === HEALTH_PATH) return healthy(context.health(queryLists(head.query)['nonce']?.[0] ?? ''));
  context.onRequest?.();
  const claimed = claimedService(head, context.planes.services);
  const limit = limitOf(claimed?.signingName);
  if (claimed && Number(head.headers['content-length'] ?? 0) > limit) {
    return claimed.fail(tooLarge(claimed.signingName, head), uuid());
  }
  const read = await readBody(incoming, { limit, budget: context.budget });
  try {
    return await serve({ ...head, body: read.body }, { ...context, read, claimed });
  } finally {
    context.budget.giveBack(read.body.length);
  }
}

/** The answer of whom the request is for, when all that it changed is on disk. */
async function serve(
  request: WireRequest,
  context: Context & { read: ReadBody; claimed: Service | undefined },
): Promise<WireResponse> {
  const { store, planes, read } = context;
  const requestId = uuid();
  const service = context.claimed ?? impliedService(request, planes.services);
  try {
    if (read.outcome === 'busy') throw busy();
    return await store.commit(async () => {
      const deployed = planes.dataPlane(request);
      if (deployed) return await deployed;
      if (!service) return unknownService();
      if (read.outcome === 'too-large') throw tooLarge(service.signingName, request);
      return await controlPlane(request, { ...context, service, requestId });
    });
  } catch (error) {
    return service ? service.fail(error, requestId) : internalFailure(error);
  }
}

async function controlPlane(
  request: WireRequest,
  { service, requestId, ...context }: Context & { service: Service; requestId: string },
): Promise<WireResponse> {
  const verdict = await verifySignature(request, {
    keyring: context.keyring,
    now: context.clock.now(),
    ...signingTerms(service.signingName, context.region),
  });
  if (!verdict.ok) return service.refuse(verdict.fault, requestId);
  return service.handle(request, { principal: verdict.principal, requestId });
}

/**
 * By the target header, then by the signature's scope, then by the path: whoever is meant refuses what does not fit him,
 * in his own words.
 */
function claimedService({ headers }: RequestHead, services: readonly Service[]): Service | undefined {
  const target = headers['x-amz-target'] ?? '';
  if (target.startsWith('DynamoDB_')) return named(services, 'dynamodb');
  if (target.startsWith('Logs_')) return named(services, 'logs');
  const claim = readClaim(headers['authorization']);
  return typeof claim === 'object' ? named(services, claim.service) : undefined;
}

function impliedService(request: WireRequest, services: readonly Service[]): Service | undefined {
  if (/^\/20\d\d-\d\d-\d\d\//.test(request.path)) return named(services, 'lambda');
  if (/^\/(restapis|apikeys|usageplans|tags|account)(\/|$)/.test(request.path))
    return named(services, 'apigateway');
  if (request.path === '/' && request.method === 'POST') {
    return named(services, request.body.includes('Version=2011-06-15') ? 'sts' : 'iam');
  }
  return undefined;
}

const named = (services: readonly Service[], name: string): Service | undefined =>
  services.find((each) => each.signingName === name);

/**
 * IAM is global and signed for us-east-1, and STS has its legacy endpoint there; but a client with an endpoint of its
 * own choosing signs both for the region that it was given. The clocks' differences: aws-facts 1.3.
 */
const signingTerms = (
  service: SigningName,
  region: string,
): Pick<Expectation, 'service' | 'regions' | 'skewMinutes'> => ({
  service,
  regions: service === 'iam' || service === 'sts' ? [region, 'us-east-1'] : [region],
  skewMinutes: service === 'lambda' || service === 'apigateway' ? 5 : 15,
});

function readHead(incoming: IncomingMessage): RequestHead {
  const url = incoming.url ?? '/';
  const cut = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    headers,
    rawHeaders: incoming.rawHeaders,
  };
}

function send(outgoing: ServerResponse, response: WireResponse): void {
  if (outgoing.destroyed) return;
  const body = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...response.repeatedHeaders,
    'content-length': body.length,
  });
  outgoing.end(body);
}

function healthy(report: object): WireResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(report) };
}

function unknownService(): WireResponse {
  return {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      message:
        'This is the local AWS of lab-setup. It serves IAM, STS, Lambda, API Gateway, DynamoDB and CloudWatch Logs, and the APIs deployed here.',
    }),
  };
}

function internalFailure(error: unknown): WireResponse {
  return {
    status: 500,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ServiceException' },
    body: JSON.stringify({ message: failureMessage(error) }),
  };
}
