import { createHash, createHmac } from 'node:crypto';
import type { WireRequest } from '../../src/local/wire/http.js';

export interface SigningOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What `x-amz-date` says, where it is not `at`. */
  readonly stamp?: string;
  /** The day of the scope, where it is not that of the stamp. */
  readonly day?: string;
  /** Sent and signed beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Signs a request as the IAM user guide describes Signature Version 4, written apart from what the server verifies with.
 * Path and query must need no encoding.
 */
export function sign(
  request: Pick<WireRequest, 'method' | 'path' | 'query' | 'body'> & { host: string; contentType?: string },
  options: SigningOptions,
): WireRequest {
  const stamp = options.stamp ?? new Date(options.at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    host: request.host,
    'x-amz-date': stamp,
    ...(options.sessionToken === undefined ? {} : { 'x-amz-security-token': options.sessionToken }),
    ...options.headers,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    request.path,
    request.query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const { day = stamp.slice(0, 8) } = options;
  const scope = `${day}/${options.region}/${options.service}/aws4_request`;
  const key = [day, options.region, options.service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${options.secretAccessKey}`),
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')).toString(
    'hex',
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${options.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const { method, path, query, body } = request;
  return { method, path, query, body, headers: { ...headers, authorization } };
}

/** The headers for a client that writes the Host header itself. */
export const withoutHost = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'));

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
