import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { claim } from '../_helpers/conformance.js';
import { startTestAws, TEST_CREDENTIALS, type TestAws } from '../_helpers/local-aws.js';
import { sign } from '../_helpers/sign.js';

const RECORDED = 'recorded answers';
const HOUR = 3_600_000;
const NOW = Date.now();
const JSON_1_1 = 'application/x-amz-json-1.1';
const arnOf = (group: string): string => `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;

let aws: TestAws;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  aws = await startTestAws();
  logs = new CloudWatchLogsClient(aws.clientConfig);
  await createGroup('/shape/one', { tags: { env: 'testing1' } });
  await createStream('/shape/one', 'quiet');
});
afterAll(async () => {
  logs.destroy();
  await aws.stop();
});

const createGroup = (logGroupName: string, more = {}) =>
  logs.send(new CreateLogGroupCommand({ logGroupName, ...more }));
const createStream = (logGroupName: string, logStreamName: string) =>
  logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
const put = (times: number[], logStreamName = 'quiet', logGroupName = '/shape/one') =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: times.map((timestamp) => ({ timestamp, message: 'm' })),
    }),
  );
const read = (more: object = {}) =>
  logs.send(new GetLogEventsCommand({ logGroupName: '/shape/one', logStreamName: 'quiet', ...more }));
const filter = (more: object) =>
  logs.send(new FilterLogEventsCommand({ logGroupName: '/shape/one', ...more }));
/** The older twins of the tag calls, which the SDK's types warn of: by name instead of ARN. */
async function older(operation: string, members: object): Promise<object> {
  const body = Buffer.from(JSON.stringify({ logGroupName: '/shape/one', ...members }));
  const { headers } = sign(
    { method: 'POST', path: '/', query: '', body, host: new URL(aws.endpoint).host, contentType: JSON_1_1 },
    {
      ...TEST_CREDENTIALS,
      region: aws.region,
      service: 'logs',
      at: Date.now(),
      headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    },
  );
  const response = await fetch(aws.endpoint, { method: 'POST', headers, body });
  const text = await response.text();
  const answer = text === '' ? {} : (JSON.parse(text) as object);
  return { $metadata: { httpStatusCode: response.status }, ...answer };
}
const streams = (more: object) => logs.send(new DescribeLogStreamsCommand(more));

const ANY_NUMBER: unknown = expect.any(Number);
const TOKEN: unknown = expect.stringMatching(/^\d{56}$/);
const searched = {
  logGroupName: '/shape/one',
  creationTime: ANY_NUMBER,
  metricFilterCount: 0,
  arn: `${arnOf('/shape/one')}:*`,
  logGroupClass: 'STANDARD',
  logGroupArn: arnOf('/shape/one'),
};
const quiet = {
  logStreams: [
    {
      logStreamName: 'quiet',
      creationTime: ANY_NUMBER,
      arn: `${arnOf('/shape/one')}:log-stream:quiet`,
      storedBytes: 0,
    },
  ],
};
const invalid = (message: string) => ({ name: 'InvalidParameterException', status: 400, message });
const missing = (noun: string) => ({
  name: 'ResourceNotFoundException',
  status: 400,
  message: `The specified log ${noun} does not exist.`,
});
const exists = (noun: string) => ({
  name: 'ResourceAlreadyExistsException',
  status: 400,
  message: `The specified log ${noun} already exists`,
});
const OVER = `1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000`;

/** In this order: the events come last. */
claim(
  [
    {
      what: 'DescribeLogGroups by prefix',
      call: () => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/shape/' })),
      answer: { logGroups: [{ ...searched, storedBytes: 0, deletionProtectionEnabled: false }] },
    },
    {
      what: 'DescribeLogGroups by pattern shows less',
      call: () => logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'shape' })),
      answer: { logGroups: [searched] },
    },
    {
      what: 'DescribeLogGroups by both',
      call: () =>
        logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'bcd' })),
      error: invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.'),
    },
    {
      what: 'CreateLogGroup of one that is there',
      call: () => createGroup('/shape/one'),
      error: exists('group'),
    },
    {
      what: 'CreateLogGroup with a name that is too long',
      call: () => createGroup('x'.repeat(513)),
      error: invalid('Invalid LogGroup or LogStream, both must have length less than or equal to 512.'),
    },
    {
      what: 'CreateLogStream of one that is there',
      call: () => createStream('/shape/one', 'quiet'),
      error: exists('stream'),
    },
    {
      what: 'DescribeLogStreams by name, of a stream without events',
      call: () => streams({ logGroupName: '/shape/one', logStreamNamePrefix: 'q' }),
      answer: quiet,
    },
    {
      what: 'DescribeLogStreams by ARN',
      call: () => streams({ logGroupIdentifier: arnOf('/shape/one') }),
      answer: quiet,
    },
    {
      what: 'DescribeLogStreams by both',
      call: () => streams({ logGroupName: '/shape/one', logGroupIdentifier: '/shape/one' }),
      error: {
        name: 'ValidationException',
        status: 400,
        message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
      },
    },
    {
      what: 'PutLogEvents into a group that is missing',
      call: () => put([NOW], 'quiet', 'nobody'),
      error: missing('group'),
    },
    {
      what: 'PutLogEvents into a stream that is missing',
      call: () => put([NOW], 'nobody'),
      error: missing('stream'),
    },
    {
      what: 'PutLogEvents out of order',
      call: () => put([NOW, NOW - 1]),
      error: invalid('Log events in a single PutLogEvents request must be in chronological order.'),
    },
    {
      what: 'PutLogEvents that are too old',
      call: () => put([NOW - 15 * 24 * HOUR]),
      answer: { nextSequenceToken: TOKEN, rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } },
    },
    {
      what: 'PutLogEvents of which the last is too new',
      call: () => put([NOW, NOW + 3 * HOUR]),
      answer: { nextSequenceToken: TOKEN, rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 } },
    },
    {
      what: 'GetLogEvents',
      call: () => read(),
      answer: {
        events: [{ timestamp: NOW, message: 'm', ingestionTime: ANY_NUMBER }],
        nextForwardToken: expect.stringMatching(/^f\/\d{56}/) as unknown,
        nextBackwardToken: expect.stringMatching(/^b\/\d{56}/) as unknown,
      },
    },
    {
      what: 'GetLogEvents with a token that is none',
      call: () => read({ nextToken: 'n/00' }),
      error: invalid('The specified nextToken is invalid.'),
    },
    {
      what: 'GetLogEvents with too large a limit',
      call: () => read({ limit: 10_001 }),
      error: invalid(OVER),
    },
    {
      what: 'FilterLogEvents with a token that is none',
      call: () => filter({ nextToken: 'invalid-token' }),
      error: invalid('The specified nextToken is invalid.'),
    },
    {
      what: 'FilterLogEvents with too large a limit',
      call: () => filter({ limit: 10_001 }),
      error: invalid(OVER),
    },
    {
      what: 'TagResource answers with nothing',
      call: () =>
        logs.send(new TagResourceCommand({ resourceArn: arnOf('/shape/one'), tags: { test1: 'val1' } })),
      answer: {},
    },
    {
      what: 'UntagResource answers with nothing',
      call: () =>
        logs.send(new UntagResourceCommand({ resourceArn: arnOf('/shape/one'), tagKeys: ['env', 'absent'] })),
      answer: {},
    },
    {
      what: 'ListTagsForResource shows what is left',
      call: () => logs.send(new ListTagsForResourceCommand({ resourceArn: arnOf('/shape/one') })),
      answer: { tags: { test1: 'val1' } },
    },
    {
      what: 'ListLogGroups without one that fits',
      evidence: 'recorded: test_list_log_groups_with_pattern',
      call: () => logs.send(new ListLogGroupsCommand({ logGroupNamePattern: 'no-such-group' })),
      answer: { logGroups: [] },
    },
    {
      what: 'ListLogGroups shows names, ARNs and classes',
      evidence: 'service model; API reference, ListLogGroups',
      call: () => logs.send(new ListLogGroupsCommand({ logGroupNamePattern: 'nothing|^/shape' })),
      answer: {
        logGroups: [
          { logGroupName: '/shape/one', logGroupArn: arnOf('/shape/one'), logGroupClass: 'STANDARD' },
        ],
      },
    },
    {
      what: 'FilterLogEvents takes a pattern on JSON',
      evidence: 'validated on AWS by others: test_filter_json_pattern',
      call: () => filter({ filterPattern: '{$.message = "hello"}' }),
      answer: { events: [], searchedLogStreams: [] },
    },
    {
      what: 'TagLogGroup answers with nothing',
      call: () => older('TagLogGroup', { tags: { test2: 'val2' } }),
      answer: {},
    },
    {
      what: 'UntagLogGroup answers with nothing',
      call: () => older('UntagLogGroup', { tags: ['test1'] }),
      answer: {},
    },
    {
      what: 'ListTagsLogGroup shows what is left of both kinds of calls',
      call: () => older('ListTagsLogGroup', {}),
      answer: { tags: { test2: 'val2' } },
    },
  ].map((row) => ({ evidence: RECORDED, ...row })),
);
