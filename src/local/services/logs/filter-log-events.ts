import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { invalidParameter, invalidToken } from './errors.js';
import {
  eventIdOf,
  PAGE_BYTES,
  POSITION,
  retainedFrom,
  sizeOf,
  type EventStore,
  type StoredEvent,
} from './events.js';
import { readFilterPattern } from './filter-pattern.js';
import { groupReference, limitTo, nextToken, referredGroup, streamName, timestamp } from './inputs.js';
import { readToken, writeToken } from './paging.js';
import { streamsOf, type LogsState, type StreamRecord } from './state.js';

const EVENTS_PER_PAGE = 10_000;
/** A page ends after so many events were looked at, even when none fitted; its token then leads on. */
const LOOKED_AT_PER_PAGE = 50_000;

/** A group's events of all streams, in the order of time. */
export function filterLogEvents(world: World, state: LogsState, events: EventStore): Operation {
  return operation({
    name: 'FilterLogEvents',
    input: v.object({
      ...groupReference,
      logStreamNames: v.exactOptional(v.pipe(v.array(streamName), v.minLength(1), v.maxLength(100))),
      logStreamNamePrefix: v.exactOptional(streamName),
      startTime: v.exactOptional(timestamp, 0),
      endTime: v.exactOptional(timestamp),
      filterPattern: v.exactOptional(
        v.pipe(v.string(), v.maxLength(1024, 'Member must have length less than or equal to 1024')),
        '',
      ),
      limit: v.exactOptional(limitTo(EVENTS_PER_PAGE), EVENTS_PER_PAGE),
      nextToken: v.exactOptional(nextToken),
    }),
    run: async (input) => {
      const group = referredGroup(state, input);
      const fits = readFilterPattern(input.filterPattern);
      const streams = chooseStreams(streamsOf(state, group.name), input);
      const from = Math.max(input.startTime, retainedFrom(group, world.clock.now()));
      const range = { from, ...(input.endTime === undefined ? {} : { to: input.endTime + 1 }) };
      const place = input.nextToken === undefined ? undefined : readPlace(input.nextToken);
      const page: object[] = [];
      let [size, lookedAt] = [0, 0];
      let last: Place | undefined;
      for await (const { stream, event } of merged(events, streams, { ...range, place })) {
        const isFull = page.length >= input.limit || size >= PAGE_BYTES || lookedAt >= LOOKED_AT_PER_PAGE;
        if (isFull && last) return { events: page, searchedLogStreams: [], nextToken: writePlace(last) };
        last = { stream: stream.name, position: event.position };
        lookedAt += 1;
        if (!fits(event.message)) continue;
        size += sizeOf(event.message);
        page.push(shown(stream, event));
      }
      return { events: page, searchedLogStreams: [] };
    },
  });
}

function chooseStreams(
  streams: readonly StreamRecord[],
  input: { logStreamNames?: string[]; logStreamNamePrefix?: string },
): StreamRecord[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined) {
    throw invalidParameter('LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters.');
  }
  return streams.filter(({ name }) => (names ? names.includes(name) : name.startsWith(prefix ?? '')));
}

/** Up to where a page has looked: events are in the order of time, then of their streams' names, then of arrival. */
interface Place {
  readonly stream: string;
  readonly position: string;
}

interface Cursor {
  readonly stream: StreamRecord;
  readonly events: AsyncGenerator<StoredEvent, void, undefined>;
  event: StoredEvent;
}

/** The events of many streams as one sequence; of each stream only a chunk is in memory. */
async function* merged(
  events: EventStore,
  streams: readonly StreamRecord[],
  range: { from: number; to?: number; place: Place | undefined },
): AsyncGenerator<{ stream: StreamRecord; event: StoredEvent }, void, undefined> {
  const chunk = Math.max(10, Math.ceil(1000 / Math.max(1, streams.length)));
  const cursors: Cursor[] = [];
  for (const stream of streams) {
    if ((stream.lastEventAt ?? -1) < range.from) continue;
    const reader = events.read(stream, { ...range, ...startIn(stream, range.place), chunk });
    const first = await reader.next();
    if (!first.done) cursors.push({ stream, events: reader, event: first.value });
  }
  cursors.sort(inOrder);
  for (let cursor = cursors.shift(); cursor; cursor = cursors.shift()) {
    yield { stream: cursor.stream, event: cursor.event };
    const next = await cursor.events.next();
    if (next.done) continue;
    cursor.event = next.value;
    insert(cursors, cursor);
  }
}

function inOrder(a: Cursor, b: Cursor): number {
  if (a.event.timestamp !== b.event.timestamp) return a.event.timestamp - b.event.timestamp;
  return a.stream.name < b.stream.name ? -1 : 1;
}

/** By halving: there may be as many streams as a function had environments. */
function insert(cursors: Cursor[], cursor: Cursor): void {
  let [low, high] = [0, cursors.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = cursors[middle];
    if (other && inOrder(other, cursor) < 0) low = middle + 1;
    else high = middle;
  }
  cursors.splice(low, 0, cursor);
}

/** Where to go on in a stream: of one that comes before the place's, all events of that millisecond are done. */
function startIn(stream: StreamRecord, place: Place | undefined): { after?: string } {
  if (!place) return {};
  if (stream.name === place.stream) return { after: place.position };
  const moment = place.position.slice(0, 16);
  return { after: stream.name < place.stream ? `${moment}~` : moment };
}

const writePlace = ({ stream, position }: Place): string => writeToken(`${position}${stream}`);

function readPlace(token: string): Place {
  const text = readToken(token);
  const position = text.slice(0, 28);
  if (!POSITION.test(position)) throw invalidToken();
  return { position, stream: text.slice(28) };
}

function shown(stream: StreamRecord, event: StoredEvent): object {
  return {
    logStreamName: stream.name,
    timestamp: event.timestamp,
    message: event.message,
    ingestionTime: event.ingestionTime,
    eventId: eventIdOf(stream, event),
  };
}
