/** Asking the endpoint until it is ready, and what its refusals mean. The time is simulated. */
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '../../src/tutorial/advice/answers.js';
import {
  callEndpoint,
  limitThatRefused,
  verifyEndpoint,
  type KeyVerdict,
} from '../../src/tutorial/endpoint.js';
import { describeLab } from '../../src/tutorial/lab.js';
import { fakeWaiting } from '../_helpers/fake-time.js';
import { serve, type ScriptedAnswer } from '../_helpers/scripted-server.js';

const PONG: ScriptedAnswer = { status: 200, body: 'pong' };
const FORBIDDEN: ScriptedAnswer = { status: 403, body: { message: 'Forbidden' } };
const TOO_FAST: ScriptedAnswer = { status: 429, body: { message: 'Too Many Requests' } };
const USED_UP: ScriptedAnswer = { status: 429, body: { message: 'Limit Exceeded' } };

/** Asks an endpoint that answers the key with each of `answers` in turn, the last of them for ever, and so each of `without` without. */
async function verified(
  answers: readonly ScriptedAnswer[],
  setting: { isPlanNew?: boolean; mayIgnoreKeys?: boolean; without?: readonly ScriptedAnswer[] } = {},
): Promise<{ verdict: KeyVerdict | undefined; error: unknown; asked: number; notes: readonly string[] }> {
  const { isPlanNew = false, mayIgnoreKeys = false, without = [FORBIDDEN] } = setting;
  let asked = 0;
  let askedWithout = 0;
  await using server = await serve((headers) =>
    'x-api-key' in headers
      ? (answers[asked++] ?? answers.at(-1) ?? PONG)
      : (without[askedWithout++] ?? without.at(-1) ?? FORBIDDEN),
  );
  const waiting = fakeWaiting();
  const endpoint = { url: server.endpoint, apiKey: 'the key', mayIgnoreKeys, isPlanNew };
  try {
    const verdict = await verifyEndpoint(waiting, endpoint);
    return { verdict, error: undefined, asked, notes: waiting.notes };
  } catch (error) {
    return { verdict: undefined, error, asked, notes: waiting.notes };
  }
}

describe('an endpoint that refuses the key', () => {
  test('because a quota is used up is given up at once, with what helps', async () => {
    const { error, asked } = await verified([USED_UP]);

    expect(asked).toBe(1);
    expect(error).toMatchObject({
      code: 'not-answered',
      message: expect.stringMatching(
        /^The endpoint http.* HTTP 429 Limit Exceeded: the quota of the usage plan is used up\.$/,
      ) as unknown,
      hint: expect.stringMatching(
        /day, week or month is over.*raised or removed.*the tutorial’s plan has none/,
      ) as unknown,
    });
  });

  test('by a quota that this run may have removed is asked until that is known', async () => {
    const { verdict, asked } = await verified([USED_UP, USED_UP, PONG], { isPlanNew: true });

    expect([verdict, asked]).toEqual(['key-enforced', 3]);
  });

  test('because requests come too fast is asked again', async () => {
    const { verdict, asked } = await verified([TOO_FAST, PONG]);

    expect([verdict, asked]).toEqual(['key-enforced', 2]);
  });

  test('to the end says so once, and while it is waited for what it answers now', async () => {
    const answer = 'HTTP 403 with the key, HTTP 403 without: {"message":"Forbidden"}';
    const { error, notes } = await verified([FORBIDDEN]);

    expect(error).toMatchObject({
      code: 'timed-out',
      message: `Gave up after 5 min waiting until the endpoint answers with the key and refuses without; at last: ${answer}`,
    });
    expect(notes[0]).toBe(
      `waiting until the endpoint answers with the key and refuses without (now: ${answer})`,
    );
  });
});

test('a page that answers instead of the endpoint is told in one line', async () => {
  const page: ScriptedAnswer = { status: 404, body: Buffer.from('<html>\n  <p>Not\nhere</p>\n</html>\n') };

  const { notes } = await verified([page, PONG]);

  expect(notes[0]).toMatch(/without: <html> <p>Not here<\/p> <\/html>\)$/);
});

describe('an endpoint that is not ready', () => {
  test.each<[string, ScriptedAnswer]>([
    ['answers in time', 'cut'],
    ['can answer', { status: 503, body: 'pong' }],
    ['answers what the function does', { status: 200, body: { message: 'Welcome' } }],
  ])('is asked until it %s', async (_, first) => {
    const { verdict, asked } = await verified([first, PONG]);

    expect([verdict, asked]).toEqual(['key-enforced', 2]);
  });
});

describe('an endpoint that answers without the key', () => {
  test('is asked until it refuses that', async () => {
    const { verdict, asked } = await verified([PONG], { without: [PONG, PONG, FORBIDDEN] });

    expect([verdict, asked]).toEqual(['key-enforced', 3]);
  });

  test('to the end is told as that', async () => {
    const { verdict, asked } = await verified([PONG], { without: [PONG] });

    expect(verdict).toBe('key-not-enforced');
    expect(asked).toBeGreaterThan(100);
  });

  test('is told at once where the server may ignore keys', async () => {
    const { verdict, asked } = await verified([PONG], { without: [PONG], mayIgnoreKeys: true });

    expect([verdict, asked]).toEqual(['key-not-enforced', 1]);
  });

  test('with a fault has not refused it, and not served it either', async () => {
    const fault: ScriptedAnswer = { status: 500, body: { message: 'Internal server error' } };

    const passing = await verified([PONG], { without: [fault, FORBIDDEN] });
    const lasting = await verified([PONG], { without: [fault], mayIgnoreKeys: true });

    expect([passing.verdict, passing.asked]).toEqual(['key-enforced', 2]);
    expect(lasting.error).toMatchObject({ code: 'timed-out' });
  });

  test('and then no more with it is not told as that: nothing is known any more', async () => {
    const { error } = await verified([PONG, 'cut'], { without: [PONG] });

    expect(error).toMatchObject({ code: 'timed-out' });
  });
});

describe('what a 429 means', () => {
  const answered = (message: string) => ({ status: 429, body: JSON.stringify({ message }), ms: 1 });

  test.each([
    ['Limit Exceeded', 'quota', 'the quota of the usage plan is used up.'],
    ['Too Many Requests', 'rate', 'too many requests.'],
    ['whatever a gateway response makes of it', 'rate', 'too many requests.'],
  ])('%s: the %s', (message, limit, meaning) => {
    const answer = answered(message);

    expect(limitThatRefused(answer)).toBe(limit);
    expect(failureOf(answer, { operation: 'ping' }, describeLab('default').table)).toEqual({
      meaning,
      stops: [limit],
    });
  });

  test('no other answer is a limit’s', () => {
    expect(limitThatRefused({ status: 400, body: '{"message":"Limit Exceeded"}' })).toBeUndefined();
  });
});

test('an answer that is longer than any of API Gateway’s is read no further', async () => {
  await using server = await serve(() => ({ status: 200, body: Buffer.alloc(20_000_000) }));

  const asked = callEndpoint(fakeWaiting(), { url: server.endpoint, apiKey: undefined, body: '{}' });

  await expect(asked).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/did not answer: the answer is longer than 10485760 bytes\.$/) as unknown,
  });
});
