import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
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

const arnOf = (group: string): string => `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;
const createGroup = (logGroupName: string, more = {}) =>
  logs.send(new CreateLogGroupCommand({ logGroupName, ...more }));
const createStream = (logGroupName: string, logStreamName: string) =>
  logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
const describeGroups = async (input = {}) =>
  (await logs.send(new DescribeLogGroupsCommand(input))).logGroups ?? [];
const describeStreams = async (logGroupName: string, input = {}) =>
  (await logs.send(new DescribeLogStreamsCommand({ logGroupName, ...input }))).logStreams ?? [];
const tagsOf = async (resourceArn: string) =>
  (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

describe('a log group', () => {
  test('is gone once deleted, with its streams', async () => {
    await createGroup('going');
    await createStream('going', 's');
    await logs.send(new DeleteLogGroupCommand({ logGroupName: 'going' }));

    await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: 'going' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
    await createGroup('going');

    expect(await describeStreams('going')).toEqual([]);
  });

  test('keeps its retention until that is taken away', async () => {
    await createGroup('retained');
    const retention = async () =>
      (await describeGroups({ logGroupNamePrefix: 'retained' }))[0]?.retentionInDays;

    await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'retained', retentionInDays: 7 }));
    expect(await retention()).toBe(7);
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: 'retained' }));

    expect(await retention()).toBeUndefined();
  });

  test('survives a restart of the server', async () => {
    await createGroup('durable', { tags: { a: 'b' } });

    await aws.restart();

    expect(await tagsOf(arnOf('durable'))).toEqual({ a: 'b' });
  });

  test.each([
    ['x'.repeat(513), 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.'],
    [
      'a b',
      String.raw`1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`,
    ],
  ])('is refused with the name %s', async (name, message) => {
    await expect(createGroup(name)).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });
});

describe('the list of log groups', () => {
  test('comes in pages that end, sorted by name', async () => {
    for (const name of ['/paged/c', '/paged/a', '/paged/b']) await createGroup(name);

    const pages: (string | undefined)[][] = [];
    const input = { logGroupNamePrefix: '/paged/' };
    for await (const page of paginateDescribeLogGroups({ client: logs, pageSize: 2 }, input)) {
      pages.push((page.logGroups ?? []).map((group) => group.logGroupName));
    }

    expect(pages).toEqual([['/paged/a', '/paged/b'], ['/paged/c']]);
  });

  test.each([
    [
      { logGroupNamePrefix: 'a', logGroupNamePattern: 'abc' },
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    ],
    [{ nextToken: 'made-up' }, 'The specified nextToken is invalid.'],
    [{ limit: 51 }, /Value '51' at 'limit' .* less than or equal to 50$/],
  ])('is refused for %j', async (input, message) => {
    await expect(describeGroups(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});

describe('tags of a log group', () => {
  test('are set, listed and taken away by both forms of its ARN', async () => {
    await createGroup('/tags/one', { tags: { kept: '1', gone: '2' } });
    const arn = arnOf('/tags/one');

    await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { added: '3' } }));
    await logs.send(new UntagResourceCommand({ resourceArn: `${arn}:*`, tagKeys: ['gone', 'nobody'] }));

    expect(await tagsOf(`${arn}:*`)).toEqual({ kept: '1', added: '3' });
  });

  test.each([[arnOf('nobody')], ['arn:aws:logs:eu-west-1:000000000000:log-group:durable'], ['durable']])(
    'of %s are not found',
    async (arn) => {
      await expect(tagsOf(arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    },
  );
});

describe('a log stream', () => {
  test('is described without event times while it has no events', async () => {
    await createGroup('streams');
    await createStream('streams', '2026/11/22/[$LATEST]abc');

    expect(await describeStreams('streams')).toEqual([
      {
        logStreamName: '2026/11/22/[$LATEST]abc',
        creationTime: expect.any(Number),
        arn: `${arnOf('streams')}:log-stream:2026/11/22/[$LATEST]abc`,
        storedBytes: 0,
      },
    ]);
  });

  test('is ordered by its last event when asked', async () => {
    const now = Date.now();
    await createGroup('ordered');
    for (const [name, age] of [
      ['old', 2000],
      ['new', 1000],
    ] as const) {
      await createStream('ordered', name);
      const logEvents = [{ timestamp: now - age, message: 'x' }];
      await logs.send(new PutLogEventsCommand({ logGroupName: 'ordered', logStreamName: name, logEvents }));
    }

    const streams = await describeStreams('ordered', { orderBy: 'LastEventTime', descending: true });

    expect(streams.map((stream) => stream.logStreamName)).toEqual(['new', 'old']);
    expect(streams[0]).toMatchObject({
      firstEventTimestamp: now - 1000,
      lastEventTimestamp: now - 1000,
      lastIngestionTime: expect.any(Number),
      uploadSequenceToken: expect.stringMatching(/^\d{56}$/),
    });
  });

  test('cannot be made twice, and not in a group that is not there', async () => {
    await createGroup('doubled');
    await createStream('doubled', 's');

    await expect(createStream('doubled', 's')).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log stream already exists',
    });
    await expect(createStream('nobody', 's')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('is gone once deleted', async () => {
    await createGroup('emptied');
    await createStream('emptied', 's');
    const gone = { logGroupName: 'emptied', logStreamName: 's' };

    await logs.send(new DeleteLogStreamCommand(gone));

    await expect(logs.send(new DeleteLogStreamCommand(gone))).rejects.toMatchObject({
      message: 'The specified log stream does not exist.',
    });
  });

  test('is found by its group’s name or ARN, but not by both', async () => {
    await createGroup('referred');
    const describe = (input: object) => logs.send(new DescribeLogStreamsCommand(input));

    await expect(describe({ logGroupIdentifier: 'referred' })).resolves.toBeDefined();
    await expect(describe({ logGroupIdentifier: arnOf('referred') })).resolves.toBeDefined();
    await expect(
      describe({ logGroupName: 'referred', logGroupIdentifier: 'referred' }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    });
  });
});
