import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.js';
import { refuseForeign } from './guard.js';
import type { Keyring } from './identity.js';
import { uuid } from './ids.js';
import type { Service, SigningName } from './services/service.js';
import { readClaim, verifySignature } from './signature.js';
import type { Store } from './store.js';
import type { WireRequest, WireResponse } from './wire/http.js';

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
  /** What `GET /_lab-setup/health` says; by it a client knows that it found its own server. */
  readonly health: () => object;
  /** Called at each request, so that an unused server can stop by itself. */
  readonly onRequest?: () => void;
}

/** Lambda takes the largest requests (aws-facts 3.2); the deployed APIs refuse more than 10 MB themselves. */
const MAX_BODY_BYTES = 70_167_211;

/** Long enough that a client's kept-alive connection is not closed under its next request. */
const KEEP_ALIVE_MS = 70_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;

export const HEALTH_PATH = '/_lab-setup/health';

/** The HTTP server, not yet listening. */
export function createLocalServer(options: ServerOptions): Server {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      noDelay: true,
    },
    (incoming, outgoing) => {
      options.onRequest?.();
      answer(incoming, server, options).then(
        (response) => send(outgoing, response),
        () => send(outgoing, internalFailure()),
      );
    },
  );
  return server;
}

/** The port the server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answer(
  incoming: IncomingMessage,
  server: Server,
  options: ServerOptions,
): Promise<WireResponse> {
  const refusal = refuseForeign(incoming.headers, portOf(server));
  if (refusal) return refusal;
  const body = await readBody(incoming);
  if (body === undefined) return tooLarge();
  const request = toWireRequest(incoming, body);
  if (request.path === HEALTH_PATH) return healthy(options.health());
  const response = await (options.planes.dataPlane(request) ?? controlPlane(request, options));
  try {
    await options.store.flush();
  } catch {
    return internalFailure('The local AWS could not write its state to disk: is the disk full?');
  }
  return response;
}

async function controlPlane(request: WireRequest, options: ServerOptions): Promise<WireResponse> {
  const requestId = uuid();
  const service = chooseService(request, options.planes.services);
  if (!service) return unknownService();
  const verdict = await verifySignature(request, {
    keyring: options.keyring,
    regions: signingRegions(service.signingName, options.region),
    service: service.signingName,
    now: options.clock.now(),
  });
  if (!verdict.ok) return service.refuse(verdict.fault, requestId);
  return service.handle(request, { principal: verdict.principal, requestId });
}

/**
 * By the target header, then by the signature's scope, then by the path: whoever is meant refuses what does not fit him,
 * in his own words.
 */
function chooseService(request: WireRequest, services: readonly Service[]): Service | undefined {
  const named = (name: string): Service | undefined => services.find((each) => each.signingName === name);
  const target = request.headers['x-amz-target'] ?? '';
  if (target.startsWith('DynamoDB_')) return named('dynamodb');
  if (target.startsWith('Logs_')) return named('logs');
  const claim = readClaim(request.headers['authorization']);
  const claimed = typeof claim === 'object' ? named(claim.service) : undefined;
  if (claimed) return claimed;
  if (/^\/20\d\d-\d\d-\d\d\//.test(request.path)) return named('lambda');
  if (/^\/(restapis|apikeys|usageplans|tags|account)(\/|$)/.test(request.path)) return named('apigateway');
  if (request.path === '/' && request.method === 'POST') {
    return named(request.body.includes('Version=2011-06-15') ? 'sts' : 'iam');
  }
  return undefined;
}

/**
 * IAM is global and signed for us-east-1, and STS has its legacy endpoint there; but a client with an endpoint of its
 * own choosing signs both for the region that it was given.
 */
const signingRegions = (service: SigningName, region: string): readonly string[] =>
  service === 'iam' || service === 'sts' ? [region, 'us-east-1'] : [region];

/** The whole body, or undefined when it is larger than anything AWS takes. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

function toWireRequest(incoming: IncomingMessage, body: Buffer): WireRequest {
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
    body,
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

function tooLarge(): WireResponse {
  return {
    status: 413,
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ message: `Request must be smaller than ${MAX_BODY_BYTES} bytes` }),
  };
}

function internalFailure(message = 'Internal failure of the local AWS.'): WireResponse {
  return {
    status: 500,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ServiceException' },
    body: JSON.stringify({ message }),
  };
}
