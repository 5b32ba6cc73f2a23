import * as v from 'valibot';
import { uuid } from '../../ids.js';
import { oneOf } from '../constraints.js';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { invalidParameter, streamExists } from './errors.js';
import { sequenceToken, type EventStore } from './events.js';
import { groupArn } from './groups.js';
import {
  findGroup,
  findStream,
  groupName,
  groupReference,
  limitTo,
  nextToken,
  referredGroup,
  streamName,
} from './inputs.js';
import { pageOf } from './paging.js';
import { streamKey, streamsOf, type LogsState, type StreamRecord } from './state.js';

/** The operations on log streams. */
export function streamOperations(world: World, state: LogsState, events: EventStore): Operation[] {
  return [
    operation({
      name: 'CreateLogStream',
      input: v.object({ logGroupName: groupName, logStreamName: streamName }),
      run: (input) => createStream(world, state, input),
    }),
    operation({
      name: 'DescribeLogStreams',
      input: v.object({
        ...groupReference,
        logStreamNamePrefix: v.exactOptional(streamName),
        orderBy: v.exactOptional(
          v.pipe(v.string(), oneOf(['LogStreamName', 'LastEventTime'])),
          'LogStreamName',
        ),
        descending: v.exactOptional(v.boolean(), false),
        limit: v.exactOptional(limitTo(50), 50),
        nextToken: v.exactOptional(nextToken),
      }),
      run: (input) => {
        const byTime = input.orderBy === 'LastEventTime';
        if (byTime && input.logStreamNamePrefix !== undefined) {
          throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
        }
        const group = referredGroup(state, input);
        const streams = streamsOf(state, group.name).filter(({ name }) =>
          name.startsWith(input.logStreamNamePrefix ?? ''),
        );
        const key = ({ name, lastEventAt = 0 }: StreamRecord): string =>
          byTime ? `${String(lastEventAt).padStart(16, '0')} ${name}` : name;
        const page = pageOf(streams, key, input);
        return {
          logStreams: page.items.map((stream) => described(world, stream)),
          nextToken: page.nextToken,
        };
      },
    }),
    operation({
      name: 'DeleteLogStream',
      input: v.object({ logGroupName: groupName, logStreamName: streamName }),
      run: async ({ logGroupName, logStreamName }) => {
        findGroup(state, logGroupName);
        const stream = findStream(state, logGroupName, logStreamName);
        state.streams.delete(streamKey(logGroupName, logStreamName));
        await events.clear(stream);
      },
    }),
  ];
}

/** @throws AwsError when the group is not there or the stream is. */
export function createStream(
  world: World,
  state: LogsState,
  { logGroupName, logStreamName }: { logGroupName: string; logStreamName: string },
): void {
  findGroup(state, logGroupName);
  const key = streamKey(logGroupName, logStreamName);
  if (state.streams.get(key)) throw streamExists();
  state.streams.put(key, {
    group: logGroupName,
    name: logStreamName,
    id: uuid(),
    createdAt: world.clock.now(),
    taken: 0,
  });
}

function described(world: World, stream: StreamRecord): Record<string, unknown> {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.firstEventAt,
    lastEventTimestamp: stream.lastEventAt,
    lastIngestionTime: stream.lastIngestedAt,
    uploadSequenceToken: stream.taken > 0 ? sequenceToken(stream) : undefined,
    arn: `${groupArn(world, stream.group)}:log-stream:${stream.name}`,
    // AWS counts no longer: it is 0 for every stream since 2019 (CloudWatch Logs API reference).
    storedBytes: 0,
  };
}
