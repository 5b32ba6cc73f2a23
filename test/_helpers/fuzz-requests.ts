import { Agent, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as apigateway from '@aws-sdk/client-api-gateway';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { serviceActions } from '../../src/local/authorization/actions.js';
import type { SigningName } from '../../src/local/services/service.js';
import { TEST_CREDENTIALS, type TestAws } from './local-aws.js';
import { sign } from './sign.js';

const SDKS: Readonly<Record<SigningName, object>> = { apigateway, dynamodb, iam, lambda, logs, sts };
const VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' };
const TARGETS = { dynamodb: 'DynamoDB_20120810', logs: 'Logs_20140328' };

/** The operations of a service, as the SDK's client knows them. */
export function operationsOf(service: SigningName): StaticOperationSchema[] {
  const exported = new Map<string, unknown>(Object.entries(SDKS[service]));
  return Object.keys(serviceActions[service].operations)
    .map((name) => exported.get(`${name}$`))
    .filter(isOperation);
}

const isOperation = (value: unknown): value is StaticOperationSchema =>
  Array.isArray(value) && value[0] === 9;

/** An operation's input, whatever it is, as its protocol writes it. */
interface Written {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends requests one after another over a few connections. Give it back with `close`. */
export function createSender(aws: TestAws): {
  send(service: SigningName, operation: StaticOperationSchema, input: unknown): Promise<Answer>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const { host, port } = new URL(aws.endpoint);
  const send = async (
    service: SigningName,
    operation: StaticOperationSchema,
    input: unknown,
  ): Promise<Answer> => {
    const written = write(service, operation, input);
    const signed = sign(
      // What is signed is the path encoded once more (all services but S3).
      { ...written, path: encodePath(written.path), body: Buffer.from(written.body), host },
      {
        ...TEST_CREDENTIALS,
        region: aws.region,
        service,
        at: Date.now(),
        ...(written.headers && { headers: written.headers }),
      },
    );
    const outgoing = httpRequest({
      agent,
      host: '127.0.0.1',
      port,
      method: written.method,
      path: written.query === '' ? written.path : `${written.path}?${written.query}`,
      headers: { ...signed.headers, 'content-length': Buffer.byteLength(written.body) },
    });
    return new Promise((resolve, reject) => {
      outgoing.on('error', reject).on('response', (incoming) => {
        buffer(incoming).then(
          (body) => resolve({ status: incoming.statusCode ?? 0, body: body.toString() }),
          reject,
        );
      });
      outgoing.end(written.body);
    });
  };
  return { send, close: () => agent.destroy() };
}

function write(service: SigningName, operation: StaticOperationSchema, input: unknown): Written {
  const [, , name] = operation;
  if (service === 'iam' || service === 'sts') {
    const form = new URLSearchParams([
      ['Action', name],
      ['Version', VERSIONS[service]],
      ...formPairs(input),
    ]).toString();
    return {
      method: 'POST',
      path: '/',
      query: '',
      body: form,
      contentType: 'application/x-www-form-urlencoded',
    };
  }
  if (service === 'dynamodb' || service === 'logs') {
    return {
      method: 'POST',
      path: '/',
      query: '',
      body: JSON.stringify(input),
      contentType: `application/x-amz-json-1.${service === 'dynamodb' ? 0 : 1}`,
      headers: { 'x-amz-target': `${TARGETS[service]}.${name}` },
    };
  }
  return writeRest(operation, input);
}

/** `{ A: [{ B: 1 }] }` as `A.member.1.B=1`; deeper than any form goes it is cut off. */
function formPairs(value: unknown, path = ''): [string, string][] {
  if (path.split('.').length > 20) return [];
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [[path, text(value)]];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = Array.isArray(value) ? `member.${Number(key) + 1}` : key;
    return formPairs(item, path === '' ? step : `${path}.${step}`);
  });
}

function writeRest(operation: StaticOperationSchema, input: unknown): Written {
  const schema = NormalizedSchema.of(operation[4]);
  const { http } = NormalizedSchema.of(operation).getMergedTraits();
  const [method = '', template = ''] = http ?? [];
  const members = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  const body: Record<string, unknown> = {};
  const query: string[] = [];
  let payload: string | undefined;
  let path = template;
  for (const [name, value] of members) {
    const traits = traitsOf(schema, name);
    if (traits.httpLabel) {
      const label = new RegExp(`\\{${name}\\+?\\}`);
      path = path.replace(label, () => encode(text(value).slice(0, 2000)));
    } else if (traits.httpQuery !== undefined) {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      query.push(...values.map((each) => `${traits.httpQuery}=${encode(text(each).slice(0, 2000))}`));
    } else if (traits.httpPayload) payload = text(value);
    else if (!traits.httpHeader) Object.defineProperty(body, name, { value, enumerable: true });
  }
  // A label that the input lacks stays as it is, in braces.
  return {
    method,
    path: path.replace(/[{}+]/g, encode),
    query: query.join('&'),
    body: method === 'GET' ? '' : (payload ?? JSON.stringify(body)),
    contentType: 'application/json',
  };
}

function traitsOf(schema: NormalizedSchema, name: string): ReturnType<NormalizedSchema['getMergedTraits']> {
  const member = [...schema.structIterator()].find(([each]) => each === name);
  return member?.[1].getMergedTraits() ?? {};
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As RFC 3986 has it; half a surrogate pair cannot be written. */
const encode = (value: string): string =>
  encodeURIComponent(Buffer.from(value).toString()).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const encodePath = (path: string): string => path.split('/').map(encode).join('/');
