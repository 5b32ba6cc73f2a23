import { paginateFilterLogEvents, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { StepEnv } from './env.js';

/** A line that the function logged. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly stream: string;
  /** As it was logged, without the line's end. */
  readonly message: string;
}

/** CloudWatch Logs may show an event some time after others that are newer: so far back is read again. */
const LATENESS_MS = 10_000;

/** FilterLogEvents has a quota of a few calls a second for the whole account. */
const PAUSE_MS = 1_000;

/**
 * What the function logged since then (milliseconds since the epoch), in the order of time; page by page, so that nothing
 * is kept. @throws ResourceNotFoundException when there is no log group
 */
export async function* readLog(env: StepEnv, since: number): AsyncGenerator<LogEvent, void, undefined> {
  for await (const { event } of eventsSince(env, since)) yield event;
}

/**
 * The same, and from then on what is logged meanwhile, until it is interrupted.
 * @throws ResourceNotFoundException when there is no log group
 */
export async function* followLog(env: StepEnv, since: number): AsyncGenerator<LogEvent, void, undefined> {
  const { clock, signal } = env.waiting;
  /** The times of the events that the next reading may show again, by their ids. */
  const seen = new Map<string, number>();
  let newest = since;
  while (!signal.aborted) {
    for await (const { id, event } of eventsSince(env, Math.max(since, newest - LATENESS_MS))) {
      if (seen.has(id)) continue;
      seen.set(id, event.timestamp);
      newest = Math.max(newest, event.timestamp);
      yield event;
    }
    for (const [id, timestamp] of seen) if (timestamp < newest - LATENESS_MS) seen.delete(id);
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}

async function* eventsSince(
  env: StepEnv,
  startTime: number,
): AsyncGenerator<{ id: string; event: LogEvent }, void, undefined> {
  const { logGroup: logGroupName } = env.lab.function;
  const pages = paginateFilterLogEvents({ client: env.aws.logs }, { logGroupName, startTime });
  for await (const { events = [] } of pages) {
    for (const each of events) yield { id: each.eventId ?? '', event: eventOf(each) };
  }
}

const eventOf = ({ timestamp = 0, logStreamName = '', message = '' }: FilteredLogEvent): LogEvent => ({
  timestamp,
  stream: logStreamName,
  message: message.trimEnd(),
});
