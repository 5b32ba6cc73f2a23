import { jsonService } from '../../wire/json.js';
import type { Contents, LogSink, World } from '../ports.js';
import type { Authorize, Service } from '../service.js';
import { openEventStore } from './events.js';
import { filterLogEvents } from './filter-log-events.js';
import { getLogEvents } from './get-log-events.js';
import { groupOperations } from './groups.js';
import { putLogEvents } from './put-log-events.js';
import { logSink } from './sink.js';
import { openLogsState } from './state.js';
import { streamOperations } from './streams.js';
import { tagOperations } from './tags.js';

export interface Logs {
  readonly sink: LogSink;
  readonly service: Service;
  readonly contents: () => Contents;
}

/** CloudWatch Logs: groups, streams and events. */
export function openLogs(world: World, { authorize }: { authorize: Authorize }): Logs {
  const state = openLogsState(world.store);
  const events = openEventStore(world.store);
  return {
    contents: () => ({ logGroups: state.groups.values().length }),
    sink: logSink(world, { state, events, authorize }),
    service: jsonService({
      signingName: 'logs',
      targetPrefix: 'Logs_20140328',
      operations: [
        ...groupOperations(world, state, events),
        ...streamOperations(world, state, events),
        ...tagOperations(world, state),
        putLogEvents(world, state, events),
        getLogEvents(world, state, events),
        filterLogEvents(world, state, events),
      ],
      authorize,
    }),
  };
}
