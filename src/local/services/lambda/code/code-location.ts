import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { queryPairs, type WireRequest, type WireResponse } from '../../../wire/http.js';
import type { World } from '../../ports.js';
import type { UnsignedPlane } from '../../service.js';
import type { FunctionRecord } from '../state.js';
import type { CodeStore } from './code-store.js';

/** `Code.Location`: a link to the zip that needs no signature of the caller's, as AWS's presigned links to S3. */
export interface CodeLocation {
  readonly urlOf: (record: FunctionRecord) => string;
  /** Knows the requests for such a link. */
  readonly serve: UnsignedPlane;
}

/** As on AWS (aws-facts 3.1). */
const VALID_SECONDS = 600;

const PATH = /^\/snapshots\/\d{12}\/[A-Za-z0-9_-]+-([0-9a-f]{64})$/;

export function createCodeLocation(options: {
  world: World;
  codes: CodeStore;
  endpoint: () => string;
}): CodeLocation {
  const { world, codes, endpoint } = options;
  const secret = randomBytes(32);
  const sign = (path: string, date: string): Buffer =>
    createHmac('sha256', secret).update(`${path}\n${date}`).digest();

  const answer = async (request: WireRequest, id: string): Promise<WireResponse> => {
    const query = new Map(queryPairs(request.query));
    const date = query.get('X-Amz-Date') ?? '';
    const claimed = Buffer.from(query.get('X-Amz-Signature') ?? '', 'hex');
    const signature = sign(request.path, date);
    if (claimed.length !== signature.length || !timingSafeEqual(claimed, signature)) {
      return denied(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided.',
      );
    }
    if (world.clock.now() > Number(date) + VALID_SECONDS * 1000)
      return denied('AccessDenied', 'Request has expired');
    const zip = await codes.archive(id);
    if (!zip) return error(404, 'NoSuchKey', 'The specified key does not exist.');
    return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
  };

  return {
    urlOf: ({ name, settings }) => {
      const path = `/snapshots/${world.account}/${name}-${settings.code.id}`;
      const date = String(world.clock.now());
      const signature = sign(path, date).toString('hex');
      return `${endpoint()}${path}?X-Amz-Date=${date}&X-Amz-Expires=${VALID_SECONDS}&X-Amz-Signature=${signature}`;
    },
    serve: (request) => {
      const id = request.method === 'GET' ? PATH.exec(request.path)?.[1] : undefined;
      if (id === undefined) return undefined;
      return { service: 's3', operation: 'GetObject', answer: () => answer(request, id) };
    },
  };
}

const denied = (code: string, message: string): WireResponse => error(403, code, message);

/** S3 answers in XML. */
function error(status: number, code: string, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
