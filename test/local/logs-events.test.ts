import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  type GetLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

let aws: TestAws;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  aws = await startTestAws();
  logs = new CloudWatchLogsClient(aws.clientConfig);
});
afterAll(async () => {
  logs.destroy();
  await aws.stop();
});

const NOW = Date.now();
const DAY = 86_400_000;

/** A group with streams, each with messages at the given milliseconds after NOW. */
async function given(group: string, streams: Record<string, Record<string, number>>): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const [logStreamName, messages] of Object.entries(streams)) {
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
    await put(group, logStreamName, messages);
  }
}

function put(logGroupName: string, logStreamName: string, messages: Record<string, number>) {
  const logEvents = Object.entries(messages).map(([message, at]) => ({ message, timestamp: NOW + at }));
  return logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

const get = async (group: string, input: Partial<GetLogEventsCommandInput> = {}) => {
  const command = new GetLogEventsCommand({ logGroupName: group, logStreamName: 's', ...input });
  const { events, nextForwardToken, nextBackwardToken } = await logs.send(command);
  return {
    messages: (events ?? []).map(({ message }) => message),
    forward: nextForwardToken,
    backward: nextBackwardToken,
  };
};

const filter = async (group: string, input = {}): Promise<(string | undefined)[]> => {
  const messages: (string | undefined)[] = [];
  for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName: group, ...input })) {
    messages.push(...(page.events ?? []).map(({ message }) => message));
  }
  return messages;
};

const FIVE = { one: 0, two: 10, three: 20, four: 30, five: 40 };

describe('PutLogEvents', () => {
  test('takes events of any script, and they survive a restart of the server', async () => {
    await given('scripts', { s: { '🙀 - 参よ - 日本語': 0 } });

    await aws.restart();

    expect((await get('scripts')).messages).toEqual(['🙀 - 参よ - 日本語']);
  });

  test('keeps the order of arrival within a millisecond', async () => {
    await given('instant', { s: { z: 0, a: 0, m: 0 } });
    await put('instant', 's', { b: 0 });

    expect((await get('instant')).messages).toEqual(['z', 'a', 'm', 'b']);
  });

  test.each([
    ['too old', -15 * DAY, { tooOldLogEventEndIndex: 1 }],
    ['too new', DAY, { tooNewLogEventStartIndex: 0 }],
  ])('leaves out what is %s and says so', async (what, at, rejected) => {
    const group = what.replace(' ', '-');
    await given(group, { s: { kept: 0 } });

    const { rejectedLogEventsInfo, nextSequenceToken } = await put(group, 's', { lost: at });

    expect(rejectedLogEventsInfo).toEqual(rejected);
    expect(nextSequenceToken).toMatch(/^\d{56}$/);
    expect((await get(group)).messages).toEqual(['kept']);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'an order that is not of time',
      () => put('refusing', 's', { late: 0, early: -1 }),
      'Log events in a single PutLogEvents request must be in chronological order.',
    ],
    [
      'more than a day at once',
      () => put('refusing', 's', { early: -2 * DAY, late: 0 }),
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    ],
    [
      'more than a megabyte at once',
      () => put('refusing', 's', { ['x'.repeat(1_048_576)]: 0 }),
      'Upload too large: 1048602 bytes exceeds limit of 1048576',
    ],
    [
      'a stream that is not there',
      () => put('refusing', 'nobody', { a: 0 }),
      'The specified log stream does not exist.',
    ],
    [
      'a group that is not there',
      () => put('nobody', 's', { a: 0 }),
      'The specified log group does not exist.',
    ],
    [
      'no events',
      () => put('refusing', 's', {}),
      "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])('is refused for %s', async (_what, call, message) => {
    await given('refusing', { s: { a: 0 } }).catch(() => undefined);

    await expect(call()).rejects.toMatchObject({ message, $metadata: { httpStatusCode: 400 } });
  });
});

describe('GetLogEvents', () => {
  test('gives the latest events first, and then goes back page by page to the beginning', async () => {
    await given('backward', { s: FIVE });

    const last = await get('backward', { limit: 2 });
    const middle = await get('backward', { limit: 2, nextToken: last.backward });
    const first = await get('backward', { limit: 2, nextToken: middle.backward });
    const none = await get('backward', { limit: 2, nextToken: first.backward });

    expect([last, middle, first, none].map((page) => page.messages)).toEqual([
      ['four', 'five'],
      ['two', 'three'],
      ['one'],
      [],
    ]);
    expect(none.backward).toBe(first.backward);
  });

  test('goes forward from the head, gives the same token at the end, and goes on when more has come', async () => {
    await given('forward', { s: FIVE });
    const first = await get('forward', { limit: 3, startFromHead: true });
    const second = await get('forward', { limit: 3, nextToken: first.forward });
    const end = await get('forward', { nextToken: second.forward });
    expect([first.messages, second.messages]).toEqual([
      ['one', 'two', 'three'],
      ['four', 'five'],
    ]);
    expect(end).toMatchObject({ messages: [], forward: second.forward });

    await put('forward', 's', { six: 50 });

    expect((await get('forward', { nextToken: end.forward })).messages).toEqual(['six']);
  });

  test('has an end that counts no more and a beginning that does', async () => {
    await given('ranged', { s: FIVE });

    const { messages } = await get('ranged', { startTime: NOW + 10, endTime: NOW + 30 });

    expect(messages).toEqual(['two', 'three']);
  });

  test('hides what is older than the retention of the group', async () => {
    await given('retained', { s: { old: -2 * DAY } });
    await put('retained', 's', { new: 0 });

    await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'retained', retentionInDays: 1 }));

    expect((await get('retained')).messages).toEqual(['new']);
  });

  test('of a stream that was deleted and made again gives nothing of the old one', async () => {
    await given('again', { s: FIVE });
    const stream = { logGroupName: 'again', logStreamName: 's' };
    await logs.send(new DeleteLogStreamCommand(stream));
    await logs.send(new CreateLogStreamCommand(stream));

    expect((await get('again')).messages).toEqual([]);
  });

  test.each<[string, string[]]>([
    ['{$.level = "ERROR"}', ['error']],
    ['{ $.level = ERR* }', ['error']],
    ['{ $.level != "ERROR" }', ['info']],
    ['{ $.ms > 10 && $.ms <= 200 }', ['error']],
    ['{ $.ms > +10 }', ['error']],
    ['{ $.ms = * }', ['info', 'error']],
    ['{ $.user.name = * }', ['error']],
    ['{ $.ms = 5 || $.level = "ERROR" }', ['info', 'error']],
    ['{ ($.ms = 5 || $.ms = 1e2) && $.user.name = "a*c" }', ['error']],
    ['{ $.tags[0] = "first" }', ['error']],
    ['{ $.user["name"] = "abc" }', ['error']],
    ['{ $.user IS NULL }', ['info']],
    ['{ $.cold IS TRUE }', ['info']],
    ['{ $.cold NOT EXISTS }', ['error']],
    ['{ $.__proto__ NOT EXISTS }', ['info', 'error']],
  ])('that asks of JSON: %s', async (filterPattern, expected) => {
    const messages = [
      { id: 'info', level: 'INFO', ms: 5, user: null, cold: true },
      { id: 'error', level: 'ERROR', ms: 100, user: { name: 'abc' }, tags: ['first'] },
    ].map((message) => JSON.stringify(message));
    const events = Object.fromEntries(['no JSON: ERROR', ...messages].map((text, nth) => [text, nth]));
    await given('json-patterns', { s: events }).catch(() => undefined);

    const found = await filter('json-patterns', { filterPattern });

    expect(found.map((text = '') => (JSON.parse(text) as { id: string }).id)).toEqual(expected);
  });

  test.each([
    [{ nextToken: 'invalid-token' }, 'The specified nextToken is invalid.'],
    [
      { limit: 10_001 },
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    ],
    [{ logStreamName: 'nobody' }, 'The specified log stream does not exist.'],
  ])('is refused for %j', async (input, message) => {
    await given('refused', { s: FIVE }).catch(() => undefined);

    await expect(get('refused', input)).rejects.toMatchObject({ message });
  });
});

describe('FilterLogEvents', () => {
  test('gives the events of all streams in the order of time', async () => {
    await given('merged', { b: { one: 0, four: 30 }, a: { two: 10, three: 20 }, c: { five: 40 } });

    expect(await filter('merged')).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  test.each([1, 2, 3, 5])(
    'loses and doubles nothing in pages of %d, even within a millisecond',
    async (limit) => {
      const group = `paged-${limit}`;
      await given(group, { b: { b1: 0, b2: 0 }, a: { a1: 0, a2: 1 }, c: { c1: 0, c2: 0, c3: 1 } });

      expect(await filter(group, { limit })).toEqual(['a1', 'b1', 'b2', 'c1', 'c2', 'a2', 'c3']);
    },
  );

  test('shapes its events as AWS does', async () => {
    await given('shaped', { s: { hello: 0 } });

    const answer = await logs.send(new FilterLogEventsCommand({ logGroupName: 'shaped' }));

    expect(answer).toMatchObject({
      searchedLogStreams: [],
      events: [
        {
          logStreamName: 's',
          timestamp: NOW,
          message: 'hello',
          ingestionTime: expect.any(Number),
          eventId: expect.stringMatching(/^\d{56}$/),
        },
      ],
    });
    expect(answer.nextToken).toBeUndefined();
  });

  test('takes a beginning and an end that both count', async () => {
    await given('both-ends', { s: FIVE });

    expect(await filter('both-ends', { startTime: NOW + 10, endTime: NOW + 30 })).toEqual([
      'two',
      'three',
      'four',
    ]);
  });

  test.each<[object, string[]]>([
    [{ logStreamNames: ['a'] }, ['hello', 'hello world']],
    [{ logStreamNamePrefix: 'b' }, ['goodbye world', 'ERROR: cruel world']],
    [{ filterPattern: 'hello' }, ['hello', 'hello world']],
    [{ filterPattern: 'goodbye world' }, ['goodbye world']],
    [{ filterPattern: '"cruel world"' }, ['ERROR: cruel world']],
    [{ filterPattern: 'world -cruel' }, ['hello world', 'goodbye world']],
    [{ filterPattern: '?ERROR ?goodbye' }, ['goodbye world', 'ERROR: cruel world']],
    [{ filterPattern: 'hello ?ERROR ?goodbye' }, ['hello', 'hello world']],
    [{ filterPattern: '?ERROR -goodbye' }, ['hello', 'hello world', 'ERROR: cruel world']],
    [{ filterPattern: 'HELLO' }, []],
    [{ filterPattern: ' ' }, ['hello', 'hello world', 'goodbye world', 'ERROR: cruel world']],
  ])('with %j', async (input, expected) => {
    await given('patterns', {
      a: { hello: 0, 'hello world': 10 },
      b: { 'goodbye world': 20, 'ERROR: cruel world': 30 },
    }).catch(() => undefined);

    expect(await filter('patterns', input)).toEqual(expected);
  });

  test.each([
    [{ nextToken: 'invalid-token' }, /^The specified nextToken is invalid\.$/],
    [{ limit: 10_001 }, /Value '10001' at 'limit'/],
    [{ filterPattern: '[first, second]' }, /^Invalid filter pattern: the local AWS serves patterns of terms/],
    [{ filterPattern: '%ERR.R%' }, /^Invalid filter pattern: the local AWS serves patterns of terms/],
    [{ filterPattern: '{ $.a = }' }, /^Invalid filter pattern$/],
    [{ filterPattern: '{ a = 1 }' }, /^Invalid filter pattern$/],
    [{ filterPattern: '{ $.a > "b" }' }, /^Invalid filter pattern$/],
    [{ filterPattern: '{ ($.a = 1 }' }, /^Invalid filter pattern$/],
    [{ filterPattern: '{ $.a = %b% }' }, /^Invalid filter pattern: the local AWS serves patterns of terms/],
  ])('is refused for %j', async (input, message) => {
    await given('refused-filters', { s: FIVE }).catch(() => undefined);

    await expect(filter('refused-filters', input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});
