import * as v from 'valibot';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { invalidToken } from './errors.js';
import {
  PAGE_BYTES,
  POSITION,
  positionOf,
  retainedFrom,
  sizeOf,
  type EventStore,
  type StoredEvent,
} from './events.js';
import {
  findStream,
  groupReference,
  limitTo,
  nextToken,
  referredGroup,
  streamName,
  timestamp,
} from './inputs.js';
import type { LogsState } from './state.js';

const EVENTS_PER_PAGE = 10_000;
const CHUNK = 500;

/** One stream's events, a page forward or backward. There is always a token: the end is where the same one comes back. */
export function getLogEvents(world: World, state: LogsState, events: EventStore): Operation {
  return operation({
    name: 'GetLogEvents',
    input: v.object({
      ...groupReference,
      logStreamName: streamName,
      startTime: v.exactOptional(timestamp, 0),
      endTime: v.exactOptional(timestamp),
      startFromHead: v.exactOptional(v.boolean(), false),
      limit: v.exactOptional(limitTo(EVENTS_PER_PAGE), EVENTS_PER_PAGE),
      nextToken: v.exactOptional(nextToken),
    }),
    run: async (input) => {
      const group = referredGroup(state, input);
      const stream = findStream(state, group.name, input.logStreamName);
      const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
      const forward = token ? token.direction === 'f' : input.startFromHead;
      const page: StoredEvent[] = [];
      let size = 0;
      const range = {
        from: Math.max(input.startTime, retainedFrom(group, world.clock.now())),
        ...(input.endTime === undefined ? {} : { to: input.endTime }),
        ...(token && { [forward ? 'after' : 'before']: token.position }),
        reverse: !forward,
        chunk: Math.min(CHUNK, input.limit),
      };
      for await (const event of events.read(stream, range)) {
        size += sizeOf(event.message);
        if (size > PAGE_BYTES && page.length > 0) break;
        page.push(event);
        if (page.length >= input.limit) break;
      }
      if (!forward) page.reverse();
      const here = token?.position ?? positionOf(0, 0);
      return {
        events: page.map(({ timestamp: at, message, ingestionTime }) => ({
          timestamp: at,
          message,
          ingestionTime,
        })),
        nextForwardToken: writeToken('f', page.at(-1)?.position ?? here),
        nextBackwardToken: writeToken('b', page[0]?.position ?? here),
      };
    },
  });
}

/** AWS's form: a direction, 56 digits, and an `s`. */
const writeToken = (direction: 'f' | 'b', position: string): string =>
  `${direction}/${position.padStart(56, '0')}/s`;

function readToken(token: string): { direction: 'f' | 'b'; position: string } {
  const [, direction, digits = ''] = /^([fb])\/0{28}(\d{28})\/s$/.exec(token) ?? [];
  if ((direction !== 'f' && direction !== 'b') || !POSITION.test(digits)) throw invalidToken();
  return { direction, position: digits };
}
