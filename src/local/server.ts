import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.js';
import { AwsError } from './errors.js';
import type { Faults, NamedCall } from './faults.js';
import { refuseForeign } from './guard.js';
import { HEALTH_PATH, type HealthQuery } from './health.js';
import type { Keyring } from './identity.js';
import { uuid } from './ids.js';
import { gatewayError, healthy, internalFailure, unknownService } from './own-answers.js';
import { BodyBudget, busy, limitOf, readBody, tooLarge, type ReadBody } from './request-body.js';
import type { Service, SigningName, UnsignedCall, UnsignedPlane } from './services/service.js';
import { readClaim, verifySignature, type Expectation } from './signature.js';
import type { Store } from './store.js';
import { queryLists, type WireRequest, type WireResponse } from './wire/http.js';
import { readHead, reset, send, type RequestHead } from './wire/node-http.js';

/** What answers on the port: the services' control planes, and the deployed APIs. */
export interface Planes {
  readonly services: readonly Service[];
  /** The deployed APIs, and what else needs no signature. */
  readonly dataPlane: UnsignedPlane;
}

export interface ServerOptions {
  readonly planes: Planes;
  readonly keyring: Keyring;
  readonly region: string;
  readonly clock: Clock;
  readonly store: Store;
  /** What `GET /_lab-setup/health?nonce=…` says; by it a client knows that it found its own server. */
  readonly health: (query: HealthQuery) => object;
  /** Called at each request for one of the planes, so that an unused server can stop by itself. */
  readonly onRequest?: () => void;
  /** What goes wrong with calls; nothing does without it. */
  readonly faults?: Faults;
  readonly patience?: Patience;
}

/** How long a connection is kept for a caller who is slow, in milliseconds. */
export interface Patience {
  /** To send a request's head; a connection that says nothing has no longer either. */
  readonly headers: number;
  /** To send a request. */
  readonly request: number;
  /** Between two looks at who has had his time. */
  readonly check: number;
  /** For each part of an answer to be taken. */
  readonly answer: number;
}

const PATIENCE: Patience = { headers: 10_000, request: 120_000, check: 5_000, answer: 60_000 };

/** Long enough that a client's kept-alive connection is not closed under its next request. */
const KEEP_ALIVE_MS = 70_000;

/** More than a class of learners' tools open at once; each costs memory before it has said anything. */
const MAX_CONNECTIONS = 512;

/** The HTTP server, not yet listening. */
export function createLocalServer(options: ServerOptions): Server {
  const front = { ...options, budget: new BodyBudget() };
  const { patience = PATIENCE } = options;
  // Asking the socket is a system call, and it never listens at another port.
  let port: number | undefined;
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.check,
      noDelay: true,
    },
    (incoming, outgoing) => {
      port ??= portOf(server);
      answer({ incoming, outgoing, port }, front)
        .catch(internalFailure)
        .then((response) => {
          if (response) send(outgoing, response);
          else reset(outgoing);
          // Functions may think for minutes; what counts is how long the caller takes for what is written.
          if (outgoing.socket?.writableLength) outgoing.setTimeout(patience.answer);
        })
        // An answer that cannot be sent ends one connection and not the server.
        .catch(() => outgoing.destroy());
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The port the server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** What all requests share. */
interface Front extends ServerOptions {
  readonly budget: BodyBudget;
}

/** One request and the answer to it. */
interface Connection {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** At which it came. */
  readonly port: number;
}

/** The answer; undefined when the connection is to be reset instead, or is gone. */
async function answer(
  { incoming, outgoing, port }: Connection,
  front: Front,
): Promise<WireResponse | undefined> {
  const refusal = refuseForeign(incoming, port);
  if (refusal) return refusal;
  const head = readHead(incoming);
  if (head.path === HEALTH_PATH) return healthy(front.health(healthQueryOf(head)));
  front.onRequest?.();
  const claimed = claimedService(head, front.planes.services);
  const limit = limitOf(claimed?.signingName);
  if (claimed && Number(head.headers['content-length'] ?? 0) > limit) {
    return claimed.fail(tooLarge(claimed.signingName, head), uuid());
  }
  const received = await readBody(incoming, { limit, budget: front.budget });
  if (!received) return undefined;
  const { body, outcome } = received;
  try {
    return await serve({ ...head, body }, { outgoing, outcome, claimed }, front);
  } finally {
    front.budget.giveBack(body.length);
  }
}

interface Received extends Pick<ReadBody, 'outcome'> {
  readonly outgoing: ServerResponse;
  readonly claimed: Service | undefined;
}

function serve(
  request: WireRequest,
  { claimed, outcome, outgoing }: Received,
  front: Front,
): Promise<WireResponse | undefined> {
  const { planes, faults } = front;
  const unsigned = planes.dataPlane(request);
  const service = claimed ?? impliedService(request, planes.services);
  const call = { unsigned, service, outcome, requestId: uuid() };
  const act = (): Promise<WireResponse> => carryOut(request, call, front);
  const named = faults && nameOf(request, call, front);
  if (!named) return act();
  return faults.carryOut(named, {
    act,
    fail: (error) => failed(error, call),
    left: leftSignal(outgoing),
  });
}

/** Who is meant by a request. */
interface Meant extends Pick<ReadBody, 'outcome'> {
  readonly unsigned: UnsignedCall | undefined;
  readonly service: Service | undefined;
  readonly requestId: string;
}

/** The answer of whom the request is for, when all that it changed is on disk. */
async function carryOut(request: WireRequest, meant: Meant, front: Front): Promise<WireResponse> {
  const { outcome, unsigned, service, requestId } = meant;
  try {
    if (outcome === 'busy') throw busy();
    if (unsigned) return await front.store.commit(() => unsigned.answer());
    if (!service) return unknownService(request, requestId);
    if (outcome === 'too-large') throw tooLarge(service.signingName, request);
    return await controlPlane(request, { service, requestId }, front);
  } catch (error) {
    return failed(error, { unsigned: undefined, service, requestId });
  }
}

/** In the form of whom the request is for; a deployed API's is API Gateway's. */
function failed(error: unknown, { unsigned, service, requestId }: Omit<Meant, 'outcome'>): WireResponse {
  if (unsigned && error instanceof AwsError) return gatewayError(error);
  return service ? service.fail(error, requestId) : internalFailure(error);
}

function nameOf(
  request: WireRequest,
  { unsigned, service }: Meant,
  { keyring }: Front,
): Omit<NamedCall, 'nth'> | undefined {
  if (unsigned) return { service: unsigned.service, operation: unsigned.operation, role: undefined };
  const operation = service?.operationOf(request);
  if (!service || operation === undefined) return undefined;
  const claim = readClaim(request.headers['authorization']);
  const principal = typeof claim === 'object' ? keyring.find(claim.accessKeyId)?.principal : undefined;
  const role = principal?.kind === 'role-session' ? principal.roleName : undefined;
  return { service: service.signingName, operation, role };
}

function leftSignal(outgoing: ServerResponse): AbortSignal {
  const left = new AbortController();
  outgoing.once('close', () => left.abort());
  return left.signal;
}

async function controlPlane(
  request: WireRequest,
  { service, requestId }: { service: Service; requestId: string },
  { keyring, clock, region, store }: Front,
): Promise<WireResponse> {
  const verdict = verifySignature(request, {
    keyring,
    now: clock.now(),
    ...signingTerms(service.signingName, region),
  });
  if (!verdict.ok) return service.refuse(verdict.fault, requestId);
  const { principal } = verdict;
  return store.commit(() => service.handle(request, { principal, requestId }));
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
  if (request.path !== '/' || request.method !== 'POST') return undefined;
  // Other services have the same door: only these versions are of IAM and STS.
  if (request.body.includes('Version=2011-06-15')) return named(services, 'sts');
  return request.body.includes('Version=2010-05-08') ? named(services, 'iam') : undefined;
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

function healthQueryOf({ query }: RequestHead): HealthQuery {
  const { nonce, proof } = queryLists(query);
  return { nonce: nonce?.[0] ?? '', proof: proof?.[0] ?? '' };
}
