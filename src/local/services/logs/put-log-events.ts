import * as v from 'valibot';
import { operation } from '../operation.js';
import type { LogEvent, World } from '../ports.js';
import type { Operation } from '../service.js';
import { invalidParameter } from './errors.js';
import { PAGE_BYTES, positionOf, retainedFrom, sequenceToken, sizeOf, type EventStore } from './events.js';
import { findGroup, findStream, groupName, streamName, timestamp } from './inputs.js';
import { streamKey, type GroupRecord, type LogsState, type StreamRecord } from './state.js';

/** The bounds of PutLogEvents (CloudWatch Logs API reference). */
const EVENTS_PER_BATCH = 10_000;
const DAY_MS = 86_400_000;
const TOO_OLD_MS = 14 * DAY_MS;
const TOO_NEW_MS = 2 * 3_600_000;

const eventSchema = v.object({
  timestamp,
  message: v.pipe(v.string(), v.minLength(1, 'Member must have length greater than or equal to 1')),
});

export function putLogEvents(world: World, state: LogsState, events: EventStore): Operation {
  return operation({
    name: 'PutLogEvents',
    input: v.object({
      logGroupName: groupName,
      logStreamName: streamName,
      logEvents: v.pipe(
        v.array(eventSchema),
        v.minLength(1, 'Member must have length greater than or equal to 1'),
        v.maxLength(EVENTS_PER_BATCH, `Member must have length less than or equal to ${EVENTS_PER_BATCH}`),
      ),
    }),
    run: ({ logGroupName, logStreamName, logEvents }) => {
      const group = findGroup(state, logGroupName);
      const stream = findStream(state, logGroupName, logStreamName);
      checkBatch(logEvents);
      const { accepted, rejected } = sift(logEvents, group, world.clock.now());
      const after = appendEvents(state, events, { stream, added: accepted, now: world.clock.now() });
      return { nextSequenceToken: sequenceToken(after), rejectedLogEventsInfo: rejected };
    },
  });
}

/** Adds events to a stream, in any order of their times. */
export function appendEvents(
  state: LogsState,
  events: EventStore,
  { stream, added, now }: { stream: StreamRecord; added: readonly LogEvent[]; now: number },
): StreamRecord {
  if (added.length === 0) return stream;
  added.forEach(({ timestamp: at, message }, index) =>
    events.put(stream, {
      timestamp: at,
      message,
      ingestionTime: now,
      position: positionOf(at, stream.taken + index),
    }),
  );
  const times = added.map((event) => event.timestamp);
  const after: StreamRecord = {
    ...stream,
    taken: stream.taken + added.length,
    firstEventAt: times.reduce((a, b) => Math.min(a, b), stream.firstEventAt ?? Infinity),
    lastEventAt: times.reduce((a, b) => Math.max(a, b), stream.lastEventAt ?? 0),
    lastIngestedAt: now,
  };
  state.streams.put(streamKey(stream.group, stream.name), after);
  return after;
}

function checkBatch(added: readonly LogEvent[]): void {
  const unordered = added.some((event, index) => event.timestamp < (added[index - 1]?.timestamp ?? 0));
  if (unordered) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((added.at(-1)?.timestamp ?? 0) - (added[0]?.timestamp ?? 0) > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
  const size = added.reduce((sum, { message }) => sum + sizeOf(message), 0);
  if (size > PAGE_BYTES) {
    throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${PAGE_BYTES}`);
  }
}

/** Events that are too old, expired or too new are left out and counted; the others are taken all the same. */
function sift(
  added: readonly LogEvent[],
  group: GroupRecord,
  now: number,
): { accepted: readonly LogEvent[]; rejected: Record<string, number> | undefined } {
  const countBefore = (time: number): number => added.filter((event) => event.timestamp < time).length;
  const tooOld = countBefore(now - TOO_OLD_MS);
  const expired = countBefore(retainedFrom(group, now));
  const tooNew = countBefore(now + TOO_NEW_MS + 1);
  const rejected = {
    ...(tooNew < added.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > tooOld ? { expiredLogEventEndIndex: expired } : {}),
  };
  return {
    accepted: added.slice(Math.max(tooOld, expired), tooNew),
    rejected: Object.keys(rejected).length > 0 ? rejected : undefined,
  };
}
