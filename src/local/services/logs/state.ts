import * as v from 'valibot';
import type { Store, Table } from '../../store.js';

const groupSchema = v.object({
  name: v.string(),
  /** Milliseconds since the epoch, here and below. */
  createdAt: v.number(),
  logGroupClass: v.string(),
  retentionInDays: v.exactOptional(v.number()),
  tags: v.array(v.tuple([v.string(), v.string()])),
});
export type GroupRecord = v.InferOutput<typeof groupSchema>;

const streamSchema = v.object({
  group: v.string(),
  name: v.string(),
  /** Under which its events are kept; never used again, so a stream of the same name later begins empty. */
  id: v.string(),
  createdAt: v.number(),
  /** How many events it ever took: their sequence numbers. */
  taken: v.number(),
  firstEventAt: v.exactOptional(v.number()),
  lastEventAt: v.exactOptional(v.number()),
  lastIngestedAt: v.exactOptional(v.number()),
});
export type StreamRecord = v.InferOutput<typeof streamSchema>;

/** What CloudWatch Logs remembers, except for the events themselves (events.ts). */
export interface LogsState {
  /** By name. */
  readonly groups: Table<GroupRecord>;
  /** By `streamKey`. */
  readonly streams: Table<StreamRecord>;
}

export function openLogsState(store: Store): LogsState {
  return {
    groups: store.table('logs-groups', groupSchema),
    streams: store.table('logs-streams', streamSchema),
  };
}

/** A group's name has no colon in it. */
export const streamKey = (group: string, stream: string): string => `${group}:${stream}`;

export const streamsOf = (state: LogsState, group: string): StreamRecord[] =>
  state.streams.values().filter((stream) => stream.group === group);
