/** `list --all`: page after page, also where the usage plan lets through fewer requests than there are pages; the time is simulated. */
import { describe, expect, test } from '@jest/globals';
import { invokePages } from '../../src/cli/pages.js';
import type { EndpointAnswer } from '../../src/tutorial/endpoint.js';
import { plainScreen } from '../_helpers/plain-screen.js';

const FIRST = page({ Items: [{ id: 'a' }], LastEvaluatedKey: { id: 'a' } });
const LAST = page({ Items: [{ id: 'b' }] });
const TOO_FAST = refused('Too Many Requests');
const USED_UP = refused('Limit Exceeded');

function page(body: object): EndpointAnswer {
  return { status: 200, body: JSON.stringify(body), ms: 1 };
}

function refused(message: string): EndpointAnswer {
  return { status: 429, body: JSON.stringify({ message }), ms: 1 };
}

/** What an endpoint answers in turn, the last of it for ever. */
async function listed(...answers: readonly EndpointAnswer[]) {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  let [now, asked] = [0, 0];
  const edge = {
    screen: plainScreen(stream),
    clock: {
      now: () => now,
      sleep: (ms: number) => {
        now += ms;
        return Promise.resolve();
      },
    },
    signal: new AbortController().signal,
  };
  const ended = await invokePages(
    edge,
    { operation: 'list', tableName: 'lambda-apigateway', payload: {} },
    () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? LAST;
      asked += 1;
      return Promise.resolve(answer);
    },
  );
  return { ...ended, asked, waitedMs: now, said: said.join('') };
}

describe('a page that comes too fast', () => {
  test('is asked for again after a pause, and the list goes on', async () => {
    const { answer, members, waitedMs } = await listed(FIRST, TOO_FAST, TOO_FAST, LAST);

    expect([answer, members]).toEqual([undefined, { count: 2, pages: 2 }]);
    expect(waitedMs).toBeGreaterThan(0);
  });

  test('is said once to be waited for', async () => {
    const { said } = await listed(FIRST, TOO_FAST, TOO_FAST, LAST);

    expect(said.match(/Waiting until the usage plan lets more requests through\./g)).toHaveLength(1);
  });

  test('is given up after 15 s, and its refusal is the answer', async () => {
    const { answer, members, waitedMs } = await listed(FIRST, TOO_FAST);

    expect([answer, members]).toMatchObject([TOO_FAST, { count: 1, pages: 1 }]);
    expect(waitedMs).toBeGreaterThan(13_000);
    expect(waitedMs).toBeLessThanOrEqual(15_000);
  });
});

test('a quota that is used up is not waited for', async () => {
  const { answer, asked, waitedMs } = await listed(USED_UP);

  expect([answer, asked, waitedMs]).toEqual([USED_UP, 1, 0]);
});

test('a list that goes round in a circle is given up', async () => {
  await expect(listed(FIRST)).rejects.toMatchObject({
    code: 'not-answered',
    message: 'The list does not go on: a page ends where it began, at {"id":"a"}.',
  });
});

test('what was read is counted at the end', async () => {
  expect((await listed(LAST)).said).toContain('1 item on 1 page\n');
  expect((await listed(FIRST, LAST)).said).toContain('2 items on 2 pages\n');
});
