import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest } from './canonical-request.js';
import type { Keyring, KnownKey, Principal } from './identity.js';
import { once } from './memo.js';
import type { WireRequest } from './wire/http.js';

/** Why a signature was refused; each service has its own words for it (wire/signature-errors.ts). */
export type SignatureFault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'expired'; readonly detail: string }
  | { readonly kind: 'expired-token' }
  | { readonly kind: 'scope'; readonly detail: string }
  | { readonly kind: 'unsigned-header'; readonly detail: string };

export type Verdict =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly fault: SignatureFault };

/** What the Authorization header says, unproved. */
export interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const CLAIM =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Parses an Authorization header; undefined when there is none or it is of another scheme. */
export function readClaim(header: string | undefined): Claim | 'malformed' | undefined {
  if (!header?.startsWith('AWS4-')) return undefined;
  const parts = CLAIM.exec(header);
  if (!parts) return 'malformed';
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = parts;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** What a signature must agree with. */
export interface Expectation {
  readonly keyring: Keyring;
  readonly service: string;
  /** The scope must name one of them. */
  readonly regions: readonly string[];
  readonly now: number;
  /** How far the time of signing may be from `now`. */
  readonly skewMinutes: number;
}

/** Verifies AWS Signature Version 4 by signing the request again with the secret that this installation knows. */
export function verifySignature(request: WireRequest, expected: Expectation): Verdict {
  const refuse = (fault: SignatureFault): Verdict => ({ ok: false, fault });
  const claim = readClaim(request.headers['authorization']);
  if (claim === undefined) return refuse({ kind: 'missing' });
  if (claim === 'malformed') return refuse({ kind: 'malformed', detail: malformedDetail(request) });
  const known = expected.keyring.find(claim.accessKeyId);
  if (!known || !hasToken(request, known)) return refuse({ kind: 'unknown-key' });
  const scope = scopeFault(claim, expected);
  if (scope) return refuse(scope);
  const stamp = request.headers['x-amz-date'] ?? '';
  const signedAt = signingTime(stamp);
  if (signedAt === undefined || !claim.signedHeaders.includes('host')) {
    return refuse({ kind: 'malformed', detail: malformedDetail(request) });
  }
  const unsigned = unsignedHeader(request, claim);
  if (unsigned) return refuse(unsigned);
  const late = skewFault(signedAt, expected);
  if (late) return refuse(late);
  const isOfDay = stamp.startsWith(claim.date);
  if (!isOfDay || !sameSignature(request, claim, known)) return refuse({ kind: 'mismatch' });
  if ((known.credentials.expiresAt ?? Infinity) <= expected.now) return refuse({ kind: 'expired-token' });
  return { ok: true, principal: known.principal };
}

/** A session's key is worth nothing without its token; to AWS, both together are "the security token". */
const hasToken = (request: WireRequest, known: KnownKey): boolean =>
  (known.credentials.sessionToken ?? '') === (request.headers['x-amz-security-token'] ?? '');

function sameSignature(request: WireRequest, claim: Claim, { credentials }: KnownKey): boolean {
  const { headers, body } = request;
  const claimedHash = headers['x-amz-content-sha256'];
  const bodyHash = sha256(body);
  if (claimedHash !== undefined && claimedHash !== bodyHash) return false;
  const { date, region, service, signedHeaders } = claim;
  const text = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    `${date}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest(request, { signedHeaders, bodyHash })),
  ].join('\n');
  const key = signingKey(credentials, claim);
  const signature = createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(signature, Buffer.from(claim.signature, 'hex'));
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** The keys that were derived from a secret: few, since day, region and service have been checked. */
const keysOf = once<KnownKey['credentials'], Map<string, Buffer>>(() => new Map());

/** The key for one day, region and service: four of the five HMACs that a signature takes. */
function signingKey(credentials: KnownKey['credentials'], { date, region, service }: Claim): Buffer {
  const steps = [date, region, service, 'aws4_request'];
  const keys = keysOf(credentials);
  const name = steps.join('/');
  const key =
    keys.get(name) ??
    steps.reduce<Buffer>(
      (before, step) => createHmac('sha256', before).update(step).digest(),
      Buffer.from(`AWS4${credentials.secretAccessKey}`),
    );
  keys.set(name, key);
  return key;
}

function scopeFault(claim: Claim, expected: Expectation): SignatureFault | undefined {
  if (claim.service !== expected.service) {
    return {
      kind: 'scope',
      detail: `Credential should be scoped to correct service: '${expected.service}'. `,
    };
  }
  if (!expected.regions.includes(claim.region)) {
    return {
      kind: 'scope',
      detail: `Credential should be scoped to a valid region, not '${claim.region}'. `,
    };
  }
  return undefined;
}

/** `20261122T205837Z` as milliseconds since the epoch; undefined for what is no such time. */
function signingTime(stamp: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (!parts) return undefined;
  const [, y, mo, d, h, mi, s] = parts.map(Number);
  const at = Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s);
  // JavaScript counts on where the calendar ends: to it the 53rd of October is the 22nd of November.
  return stampOf(at) === stamp ? at : undefined;
}

/** As `x-amz-date` says it. */
const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** A header that says what the request means must be under the signature, or anyone on its way could change it. */
function unsignedHeader(request: WireRequest, claim: Claim): SignatureFault | undefined {
  const name = Object.keys(request.headers).find(
    (each) => each.startsWith('x-amz-') && !claim.signedHeaders.includes(each),
  );
  if (name === undefined) return undefined;
  return { kind: 'unsigned-header', detail: `'${name}' must be a 'SignedHeader' in the AWS Authorization.` };
}

/** AWS's wording, `- 5 min.` or `- 15 min.` (aws-facts 1.3). */
function skewFault(signedAt: number, { now, skewMinutes }: Expectation): SignatureFault | undefined {
  const skew = skewMinutes * 60_000;
  if (Math.abs(now - signedAt) <= skew) return undefined;
  const detail =
    signedAt > now
      ? `Signature not yet current: ${stampOf(signedAt)} is still later than ${stampOf(now + skew)} (${stampOf(now)} + ${skewMinutes} min.)`
      : `Signature expired: ${stampOf(signedAt)} is now earlier than ${stampOf(now - skew)} (${stampOf(now)} - ${skewMinutes} min.)`;
  return { kind: 'expired', detail };
}

/** Names what the header lacks, in AWS's words (aws-facts 1.3). The header itself is not repeated: it may be secret. */
function malformedDetail(request: WireRequest): string {
  const header = request.headers['authorization'] ?? '';
  const lacks = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !header.includes(`${name}=`))
    .map((name) => `Authorization header requires '${name}' parameter. `);
  if (request.headers['x-amz-date'] === undefined) {
    lacks.push(`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. `);
  }
  return lacks.join('') || 'Authorization header is not in the form of AWS Signature Version 4. ';
}
