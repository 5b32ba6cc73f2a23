import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createKeyring, type KnownKey } from '../../src/local/identity.js';
import { verifySignature } from '../../src/local/signature.js';
import type { WireRequest } from '../../src/local/wire/http.js';

const NOW = Date.UTC(2026, 10, 22, 20, 58, 37);
const owner: KnownKey = {
  credentials: { accessKeyId: 'AKIAOWNER00000000000', secretAccessKey: 'the-secret' },
  principal: { kind: 'owner', account: '000000000000', arn: 'arn', userId: 'AIDA' },
};
const keyring = createKeyring({ owner, clock: { now: () => NOW } });

class Sha256 {
  #hash;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: unknown): void {
    this.#hash.update(bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('nothing asks for this');
  }
}

const bytesOf = (data: unknown): Uint8Array =>
  data instanceof Uint8Array ? data : Buffer.from(String(data));

const signer = new SignatureV4({
  credentials: owner.credentials,
  region: 'us-east-1',
  service: 'lambda',
  sha256: Sha256,
  applyChecksum: false,
});

/** What the SDK makes of a request, as the server then reads it. */
async function signedBySdk({ segments, query, value, body }: Sent): Promise<WireRequest> {
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: { host: '127.0.0.1:4321', 'x-value': value },
      body,
    },
    { signingDate: new Date(NOW) },
  );
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  );
  const { method, headers } = signed;
  return { method, path, query: pairs.join('&'), headers, body: Buffer.from(body) };
}

interface Sent {
  segments: string[];
  query: Record<string, string[]>;
  value: string;
  body: string;
}

/** Half surrogates have no encoding at all. */
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const sent: fc.Arbitrary<Sent> = fc.record({
  segments: fc.array(text, { maxLength: 4 }),
  query: fc.dictionary(
    text.filter((name) => name !== '' && name.toLowerCase() !== 'x-amz-signature'),
    fc.array(text, { minLength: 1, maxLength: 3 }),
    { maxKeys: 3 },
  ),
  value: fc.string({ unit: fc.constantFrom(' ', '\t', 'a', 'B', ',', '%'), maxLength: 12 }),
  body: text,
});

test('whatever the SDK signs is accepted', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async (request) => {
      const verdict = verifySignature(await signedBySdk(request), {
        keyring,
        service: 'lambda',
        regions: ['us-east-1'],
        now: NOW,
        skewMinutes: 5,
      });

      expect(verdict).toEqual({ ok: true, principal: owner.principal });
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});
