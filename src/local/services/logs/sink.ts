import { tellBug } from '../../errors.js';
import type { LogDelivery, LogSink, World } from '../ports.js';
import type { Authorize } from '../service.js';
import type { EventStore } from './events.js';
import { createGroup } from './groups.js';
import { appendEvents } from './put-log-events.js';
import type { LogsState } from './state.js';
import { streamKey } from './state.js';
import { createStream } from './streams.js';

/**
 * Takes functions' lines, as their roles: each of the three calls that Lambda's log delivery makes must be allowed, and
 * where one is not, the lines are lost without a word (aws-facts 9).
 */
export function logSink(
  world: World,
  { state, events, authorize }: { state: LogsState; events: EventStore; authorize: Authorize },
): LogSink {
  const append = ({ principal, group, stream, events: added }: LogDelivery): void => {
    const target = { logGroupName: group, logStreamName: stream };
    const ask = (operation: string): void =>
      authorize(principal, { service: 'logs', operation, input: target });
    if (!state.groups.get(group)) {
      ask('CreateLogGroup');
      createGroup(world, state, target);
    }
    if (!state.streams.get(streamKey(group, stream))) {
      ask('CreateLogStream');
      createStream(world, state, target);
    }
    ask('PutLogEvents');
    const record = state.streams.get(streamKey(group, stream));
    if (record) appendEvents(state, events, { stream: record, added, now: world.clock.now() });
  };
  return {
    deliver: (delivery) => {
      const work = (): Promise<void> => {
        append(delivery);
        return Promise.resolve();
      };
      // Nobody waits for logs: what the role may not write, or a full disk refuses, is lost.
      world.store.commit(work).catch(tellBug);
    },
  };
}
