import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { followLog, readLog, type LogEvent } from '../../src/tutorial/log-events.js';
import { openLab, type TestLab } from '../_helpers/lab.js';
import { startTestAws, type TestAws } from '../_helpers/local-aws.js';

const NOW = Date.now();
const STREAM = 'a-stream';

let aws: TestAws;

beforeAll(async () => {
  aws = await startTestAws();
});
afterAll(() => aws.stop());

/** A lab of which there is nothing but its log group, with these events in it: ms before now, message. */
async function logged(name: string, ...events: readonly [number, string][]): Promise<TestLab> {
  const lab = await openLab(aws, name);
  const { logGroup: logGroupName } = lab.lab.function;
  await lab.aws.logs.send(new CreateLogGroupCommand({ logGroupName }));
  await lab.aws.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: STREAM }));
  await log(lab, ...events);
  return lab;
}

async function log(lab: TestLab, ...events: readonly [number, string][]): Promise<void> {
  const logEvents = events.map(([ago, message]) => ({ timestamp: NOW - ago, message }));
  const group = { logGroupName: lab.lab.function.logGroup, logStreamName: STREAM };
  await lab.aws.logs.send(new PutLogEventsCommand({ ...group, logEvents }));
}

async function messages(events: AsyncIterable<LogEvent>): Promise<string[]> {
  const all: string[] = [];
  for await (const { message } of events) all.push(message);
  return all;
}

/** Follows the log from a minute ago; at each pause the next of these things happens, and after the last it is interrupted. */
async function followed(lab: TestLab, ...meanwhile: readonly (() => Promise<void>)[]): Promise<string[]> {
  const interruption = new AbortController();
  const happenings = [...meanwhile];
  const clock = {
    now: () => NOW,
    sleep: async () => {
      const next = happenings.shift();
      if (next) await next();
      else interruption.abort();
    },
  };
  const waiting = { clock, signal: interruption.signal, note: () => undefined };
  return messages(followLog({ ...lab.env, waiting }, NOW - 60_000));
}

test('the log is read from the chosen time on, without the ends of its lines', async () => {
  const lab = await logged('since', [120_000, 'long ago\n'], [30_000, 'before\n'], [1_000, 'now\n']);

  expect(await messages(readLog(lab.env, NOW - 60_000))).toEqual(['before', 'now']);
});

test('following it shows what was there, and then what comes, each once', async () => {
  const lab = await logged('follow', [5_000, 'first']);

  const seen = await followed(
    lab,
    () => log(lab, [3_000, 'second']),
    () => Promise.resolve(),
    () => log(lab, [1_000, 'third']),
  );

  expect(seen).toEqual(['first', 'second', 'third']);
});

test('following it shows an event that comes after newer ones', async () => {
  const lab = await logged('late', [5_000, 'newer']);

  const seen = await followed(lab, () => log(lab, [12_000, 'late']));

  expect(seen).toEqual(['newer', 'late']);
});

test('following it shows nothing from before the chosen time', async () => {
  const lab = await logged('early', [61_000, 'before'], [59_000, 'after']);

  expect(await followed(lab, () => Promise.resolve())).toEqual(['after']);
});

test('a log group that is not there is an error', async () => {
  const lab = await openLab(aws, 'none');

  await expect(messages(readLog(lab.env, NOW))).rejects.toThrow('The specified log group does not exist.');
});
