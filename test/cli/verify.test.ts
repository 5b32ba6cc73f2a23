/** What `up` says of the endpoint that it asked: whether it is a fault that one answers without the key. */
import { expect, test } from '@jest/globals';
import type { Target } from '../../src/aws/target.js';
import { sayVerified, verify, type Verified } from '../../src/cli/verify.js';
import { LabError } from '../../src/lab-error.js';
import { fakeWaiting } from '../_helpers/fake-time.js';
import { plainScreen } from '../_helpers/plain-screen.js';
import { serve } from '../_helpers/scripted-server.js';

const LOCAL = { kind: 'local', endpoint: 'http://127.0.0.1:1' } as const;
const AWS = { kind: 'aws', endpoint: undefined } as const;
const OTHER = { kind: 'aws', endpoint: 'http://127.0.0.1:4566' } as const;
const OPEN: Verified = { kind: 'key-not-enforced', ms: 100 };

function at(place: Pick<Target, 'kind' | 'endpoint'>) {
  const lines: string[] = [];
  const screen = plainScreen({ write: (text: string) => lines.push(text) });
  const target = { ...place, region: 'us-east-1', profile: undefined, credentials: undefined };
  return { edge: { screen, clock: fakeWaiting().clock }, target, said: () => lines.join('') };
}

test.each([
  ['AWS', AWS],
  ['the local AWS', LOCAL],
])('on %s an endpoint that answers without the key is a fault', (_, place) => {
  const context = at(place);

  expect(sayVerified(context, 'https://lab', OPEN)).toMatchObject({
    code: 'not-answered',
    message: 'The endpoint https://lab answers without the API key as well.',
  });
  expect(context.said()).toBe('');
});

test('of another server that asks for no keys there is a warning, after one attempt', async () => {
  let asked = 0;
  await using server = await serve(() => ((asked += 1), { status: 200, body: 'pong' }));
  const context = at(OTHER);
  const endpoint = { url: server.endpoint, apiKey: 'the key', isPlanNew: false };

  const verified = await verify(context, endpoint, fakeWaiting());

  expect(sayVerified(context, server.endpoint, verified)).toBeUndefined();
  expect(context.said()).toContain('Warning: http://127.0.0.1:4566 does not enforce API keys');
  expect([verified.kind, asked]).toEqual(['key-not-enforced', 2]);
});

test('an endpoint that refuses without the key is said to, with how long that took', () => {
  const context = at(AWS);

  expect(sayVerified(context, 'https://lab', { kind: 'key-enforced', ms: 1_250 })).toBeUndefined();
  expect(context.said()).toMatch(/answers a ping with the key, and refuses one without \(1\.\d s\)\./);
});

test('an endpoint that failed fails with its own words', () => {
  const error = new LabError('failed', 'Broken.');

  expect(sayVerified(at(OTHER), 'https://lab', { kind: 'failed', error })).toBe(error);
});
