import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Store } from '../../store.js';
import type { GroupRecord, StreamRecord } from './state.js';

/** An event as it is kept and given out. */
export interface StoredEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  /** Its place in the stream: 28 digits, in the order of time and then of arrival. */
  readonly position: string;
}

/** Which events of a stream to read: `after < position < before`, and `from <= timestamp < to`. */
export interface EventRange {
  readonly from?: number;
  readonly to?: number;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly reverse?: boolean;
  /** How many to fetch from disk at once. */
  readonly chunk: number;
}

/** The events of all streams; they live on disk only. */
export interface EventStore {
  put(stream: StreamRecord, event: StoredEvent): void;
  /** Reads on until the caller has had enough. */
  read(stream: StreamRecord, range: EventRange): AsyncGenerator<StoredEvent, void, undefined>;
  clear(stream: StreamRecord): Promise<void>;
}

/** A page of events ends at this size, and a batch of new ones may not be larger (CloudWatch Logs quotas). */
export const PAGE_BYTES = 1_048_576;

/** What an event counts for: its text and 26 bytes more (CloudWatch Logs API reference, PutLogEvents). */
export const sizeOf = (message: string): number => Buffer.byteLength(message) + 26;

export const positionOf = (timestamp: number, sequence: number): string =>
  String(timestamp).padStart(16, '0') + String(sequence).padStart(12, '0');

export const POSITION = /^\d{28}$/;

/** AWS's tokens and event ids have 56 digits. */
const LONG = 56;

export const sequenceToken = (stream: StreamRecord): string =>
  `4965${String(stream.taken).padStart(LONG - 4, '0')}`;

/** The same event has the same id whenever it is read. */
export function eventIdOf(stream: StreamRecord, event: StoredEvent): string {
  const digest = createHash('sha256').update(stream.id).digest().readUIntBE(0, 6);
  return `3${event.position}${String(digest).padStart(15, '0')}`.padEnd(LONG, '0');
}

/** The earliest time whose events a group still gives out. */
export const retainedFrom = (group: GroupRecord, now: number): number =>
  group.retentionInDays === undefined ? 0 : Math.max(0, now - group.retentionInDays * 86_400_000);

const valueSchema = v.object({ message: v.string(), ingestionTime: v.number() });

export function openEventStore(store: Store): EventStore {
  const journal = store.journal('logs-events');
  return {
    put: (stream, { position, message, ingestionTime }) =>
      journal.put(`${stream.id}/${position}`, Buffer.from(JSON.stringify({ message, ingestionTime }))),
    read: async function* (stream, { from = 0, to = Infinity, after, before, reverse = false, chunk }) {
      // "!" sorts before every digit and "~" behind, so that they stand for "just behind" and "behind all".
      let low = max(
        `${stream.id}/${positionOf(from, 0)}`,
        after === undefined ? '' : `${stream.id}/${after}!`,
      );
      let high = min(
        to === Infinity ? `${stream.id}/~` : `${stream.id}/${positionOf(Math.max(0, to), 0)}`,
        before === undefined ? '~' : `${stream.id}/${before}`,
      );
      while (low < high) {
        const entries = await journal.read({ from: low, to: high, reverse, limit: chunk });
        for (const { key, value } of entries) {
          const position = key.slice(stream.id.length + 1);
          const kept = v.parse(valueSchema, JSON.parse(value.toString()));
          yield { ...kept, position, timestamp: Number(position.slice(0, 16)) };
        }
        const last = entries.at(-1);
        if (last === undefined || entries.length < chunk) return;
        if (reverse) high = last.key;
        else low = `${last.key}!`;
      }
    },
    clear: (stream) => journal.clear({ from: `${stream.id}/`, to: `${stream.id}/~` }),
  };
}

const max = (a: string, b: string): string => (a > b ? a : b);
const min = (a: string, b: string): string => (a < b ? a : b);
