import { describe, expect, test } from '@jest/globals';
import { createKeyring, type Keyring, type KnownKey, type Session } from '../../src/local/identity.js';
import { readClaim, verifySignature, type Verdict } from '../../src/local/signature.js';
import type { Table } from '../../src/local/store.js';
import type { WireRequest } from '../../src/local/wire/http.js';
import { sign, type SigningOptions } from '../_helpers/sign.js';

const NOW = Date.UTC(2026, 10, 22, 20, 58, 37);
const MINUTE = 60_000;

const owner: KnownKey = {
  credentials: { accessKeyId: 'AKIAOWNER00000000000', secretAccessKey: 'the-secret' },
  principal: {
    kind: 'owner',
    account: '000000000000',
    arn: 'arn:aws:iam::000000000000:user/o',
    userId: 'AIDA',
  },
};
const session = {
  kind: 'role-session',
  account: '000000000000',
  arn: 'arn:aws:sts::000000000000:assumed-role/r/s',
  userId: 'AROA:s',
  roleName: 'r',
} as const;

const keyring = (now = NOW): Keyring => createKeyring({ owner, clock: { now: () => now } });
const asOwner: SigningOptions = { ...owner.credentials, region: 'us-east-1', service: 'logs', at: NOW };
const call = {
  method: 'POST',
  path: '/2015-03-31/functions',
  query: 'b=2&a=1',
  body: Buffer.from('{"a":1}'),
  host: '127.0.0.1:4321',
  contentType: 'application/json',
};

const verify = (
  request: WireRequest,
  options: { keys?: Keyring; now?: number; skewMinutes?: number } = {},
): Verdict =>
  verifySignature(request, {
    keyring: options.keys ?? keyring(),
    regions: ['us-east-1'],
    service: 'logs',
    now: options.now ?? NOW,
    skewMinutes: options.skewMinutes ?? 15,
  });

const faultOf = (request: WireRequest): unknown => {
  const verdict = verify(request);
  return verdict.ok ? 'accepted' : verdict.fault;
};

describe('a signature', () => {
  test('made as AWS describes it is accepted and names its owner', () => {
    const verdict = verify(sign(call, asOwner));

    expect(verdict).toEqual({ ok: true, principal: owner.principal });
  });

  test.each([
    ['fourteen minutes ago', -14 * MINUTE],
    ['fourteen minutes ahead', 14 * MINUTE],
  ])('made %s is accepted', (_when, skew) => {
    expect(faultOf(sign(call, { ...asOwner, at: NOW + skew }))).toBe('accepted');
  });

  test.each<[string, (signed: WireRequest) => WireRequest]>([
    ['another body', (signed) => ({ ...signed, body: Buffer.from('{"a":2}') })],
    ['another path', (signed) => ({ ...signed, path: '/2015-03-31/functions/x' })],
    ['another query', (signed) => ({ ...signed, query: 'a=1' })],
    ['another method', (signed) => ({ ...signed, method: 'PUT' })],
    ['another signed header', (signed) => withHeader(signed, 'content-type', 'text/plain')],
  ])('does not hold for %s', (_what, alter) => {
    expect(faultOf(alter(sign(call, asOwner)))).toEqual({ kind: 'mismatch' });
  });

  test.each([['0'.repeat(64)], ['UNSIGNED-PAYLOAD']])(
    'over the hash %.16s of the body does not hold',
    (hash) => {
      const headers = { 'x-amz-content-sha256': hash };

      expect(faultOf(sign(call, { ...asOwner, headers }))).toEqual({ kind: 'mismatch' });
    },
  );

  test.each(['x-amz-target', 'x-amz-security-token', 'x-amz-date', 'x-amz-invocation-type'])(
    'that leaves out %s does not hold for a request with it',
    (name) => {
      const signed = sign(call, asOwner);
      const authorization = signed.headers['authorization']?.replace(';x-amz-date', '') ?? '';
      const request =
        name === 'x-amz-date'
          ? withHeader(signed, 'authorization', authorization)
          : withHeader(signed, name, '');

      expect(faultOf(request)).toEqual({
        kind: 'unsigned-header',
        detail: `'${name}' must be a 'SignedHeader' in the AWS Authorization.`,
      });
    },
  );

  test.each(['constructor=1', '__proto__=1', 'toString=1&toString=2'])(
    'does not hold for the query %s, and nothing breaks',
    (query) => {
      expect(faultOf({ ...sign(call, asOwner), query })).toEqual({ kind: 'mismatch' });
    },
  );

  test('over a header that objects inherit does not hold, and nothing breaks', () => {
    const signed = sign(call, asOwner);
    const authorization = signed.headers['authorization']?.replace(';host', ';constructor;host') ?? '';

    expect(faultOf(withHeader(signed, 'authorization', authorization))).toEqual({ kind: 'mismatch' });
  });

  test('of another secret is refused', () => {
    expect(faultOf(sign(call, { ...asOwner, secretAccessKey: 'guessed' }))).toEqual({
      kind: 'mismatch',
    });
  });

  test('of an unknown key is refused', () => {
    expect(faultOf(sign(call, { ...asOwner, accessKeyId: 'AKIANOBODY' }))).toEqual({
      kind: 'unknown-key',
    });
  });

  test('with a token that belongs to no session is refused', () => {
    expect(faultOf(sign(call, { ...asOwner, sessionToken: 'x' }))).toEqual({ kind: 'unknown-key' });
  });

  test('that is sixteen minutes old is refused, and AWS says when it is', () => {
    expect(faultOf(sign(call, { ...asOwner, at: NOW - 16 * MINUTE }))).toEqual({
      kind: 'expired',
      detail:
        'Signature expired: 20261122T204237Z is now earlier than 20261122T204337Z (20261122T205837Z - 15 min.)',
    });
  });

  test('that is six minutes old is refused where AWS allows five', () => {
    const verdict = verify(sign(call, { ...asOwner, at: NOW - 6 * MINUTE }), { skewMinutes: 5 });

    expect(verdict).toEqual({
      ok: false,
      fault: {
        kind: 'expired',
        detail:
          'Signature expired: 20261122T205237Z is now earlier than 20261122T205337Z (20261122T205837Z - 5 min.)',
      },
    });
  });

  test('from the future is refused', () => {
    expect(faultOf(sign(call, { ...asOwner, at: NOW + 16 * MINUTE }))).toMatchObject({
      kind: 'expired',
    });
  });

  test.each([
    [{ service: 'dynamodb' }, "Credential should be scoped to correct service: 'logs'. "],
    [{ region: 'eu-west-1' }, "Credential should be scoped to a valid region, not 'eu-west-1'. "],
  ])('with the scope %j is refused', (scope, detail) => {
    expect(faultOf(sign(call, { ...asOwner, ...scope }))).toEqual({ kind: 'scope', detail });
  });

  test('with a key of another day than it was made on does not hold', () => {
    expect(faultOf(sign(call, { ...asOwner, day: '20261121' }))).toEqual({ kind: 'mismatch' });
  });

  test.each(['20261053T205837Z', '20261122T1958137Z', '20261122T195897Z'])(
    'made at %s, which no calendar or clock shows, is malformed',
    (stamp) => {
      expect(faultOf(sign(call, { ...asOwner, stamp }))).toMatchObject({ kind: 'malformed' });
    },
  );

  test('without the host among its headers is malformed', () => {
    const signed = sign(call, asOwner);
    const authorization = signed.headers['authorization']?.replace(';host', '') ?? '';

    expect(faultOf(withHeader(signed, 'authorization', authorization))).toMatchObject({
      kind: 'malformed',
    });
  });
});

describe('a request', () => {
  const unsigned: WireRequest = { ...call, headers: { host: call.host } };

  test('without an Authorization header lacks its token', () => {
    expect(faultOf(unsigned)).toEqual({ kind: 'missing' });
  });

  test('with another scheme counts as one without', () => {
    expect(faultOf(withHeader(unsigned, 'authorization', 'Basic YTpi'))).toEqual({ kind: 'missing' });
  });

  test('with a header that is not of the form hears all that it lacks', () => {
    expect(faultOf(withHeader(unsigned, 'authorization', 'AWS4-HMAC-SHA256 Credential=x'))).toEqual({
      kind: 'malformed',
      detail:
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    });
  });
});

describe('a session', () => {
  test('is accepted with its token as the role that it was issued for', () => {
    const keys = keyring();
    const issued = keys.issue(session, 3600);

    expect(verify(sign(call, { ...asOwner, ...issued }), { keys })).toEqual({
      ok: true,
      principal: session,
    });
  });

  test('is worth nothing without its token', () => {
    const keys = keyring();
    const { accessKeyId, secretAccessKey } = keys.issue(session, 3600);

    const verdict = verify(sign(call, { ...asOwner, accessKeyId, secretAccessKey }), { keys });

    expect(verdict).toEqual({ ok: false, fault: { kind: 'unknown-key' } });
  });

  test('that has ended is told so', () => {
    const keys = keyring();
    const issued = keys.issue(session, 900);
    const later = NOW + 901_000;

    const verdict = verify(sign(call, { ...asOwner, ...issued, at: later }), { keys, now: later });

    expect(verdict).toEqual({ ok: false, fault: { kind: 'expired-token' } });
  });

  test('of a process is forgotten when it is revoked', () => {
    const keys = keyring();
    const gone = keys.issue(session, 3600);
    const other = keys.issue(session, 3600);

    keys.revoke(gone.accessKeyId);

    expect(keys.find(gone.accessKeyId)).toBeUndefined();
    expect(keys.find(other.accessKeyId)?.principal).toEqual(session);
  });

  test('that a caller was granted is kept in its table until an hour after its end', () => {
    let now = NOW;
    const rows = new Map<string, Session>();
    const granted: Table<Session> = {
      get: (id) => rows.get(id),
      values: () => [...rows.values()],
      put: (id, row) => void rows.set(id, row),
      delete: (id) => void rows.delete(id),
    };
    const keys = createKeyring({ owner, clock: { now: () => now }, granted });
    const old = keys.grant(session, 900);
    expect(keys.find(old.accessKeyId)).toEqual({ credentials: old, principal: session });
    now += 900_000 + 3_600_001;

    const young = keys.grant(session, 900);

    expect([...rows.keys()]).toEqual([young.accessKeyId]);
  });
});

test('readClaim takes the header apart', () => {
  const signed = sign(call, asOwner);

  expect(readClaim(signed.headers['authorization'])).toMatchObject({
    accessKeyId: 'AKIAOWNER00000000000',
    date: '20261122',
    region: 'us-east-1',
    service: 'logs',
    signedHeaders: ['content-type', 'host', 'x-amz-date'],
  });
});

function withHeader(request: WireRequest, name: string, value: string): WireRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}
