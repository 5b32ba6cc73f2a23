import type { WireRequest } from '../../../wire/http.js';

/** Which deployed API a request is for. */
export interface Address {
  readonly apiId: string;
  readonly stageName: string;
  /** The path below the stage, with one slash in front: AWS takes `//path` for `/path` (recorded). */
  readonly path: string;
  /** The same as it was sent. */
  readonly pathAsSent: string;
}

/** `{id}.execute-api.localhost`: the name that AWS's own hosts have before the region. */
const HOST = /^([a-z0-9]+)\.execute-api\.localhost(?::\d+)?$/;
const USER_REQUEST = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(\/.*)?$/;
const EXECUTE_API = /^\/_aws\/execute-api\/([^/]+)\/([^/]+)(\/.*)?$/;

/** Tells requests to deployed APIs from all others (DESIGN 7 names the three forms); undefined for the others. */
export function readAddress(request: WireRequest): Address | undefined {
  const host = HOST.exec((request.headers['host'] ?? '').toLowerCase());
  if (host) {
    const [, stageName = '', path = ''] = /^\/+([^/]*)(\/.*)?$/.exec(request.path) ?? [];
    return addressOf(host[1] ?? '', stageName, path);
  }
  const form = USER_REQUEST.exec(request.path) ?? EXECUTE_API.exec(request.path);
  if (!form) return undefined;
  const [, apiId = '', stageName = '', path = ''] = form;
  return addressOf(apiId, stageName, path);
}

const addressOf = (apiId: string, stageName: string, path: string): Address => ({
  apiId,
  stageName,
  path: path.replace(/^\/*/, '/'),
  pathAsSent: path === '' ? '/' : path,
});
