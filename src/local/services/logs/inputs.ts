import * as v from 'valibot';
import { recordOf } from '../../record-of.js';
import { atLeast, atLeastLength, atMost, atMostLength, fitting } from '../constraints.js';
import { invalidParameter, noSuchGroup, noSuchStream, validationException } from './errors.js';
import { streamKey, type GroupRecord, type LogsState, type StreamRecord } from './state.js';

/** The parts of the inputs of CloudWatch Logs, with the limits and words of its service model. */

const NAME_LENGTH = 512;
const TOO_LONG = `Invalid LogGroup or LogStream, both must have length less than or equal to ${NAME_LENGTH}.`;

export const groupName = v.pipe(
  v.string(),
  atLeastLength(1),
  v.maxLength(NAME_LENGTH, TOO_LONG),
  fitting(String.raw`[\.\-_/#A-Za-z0-9]+`),
);
export const streamName = v.pipe(
  v.string(),
  atLeastLength(1),
  v.maxLength(NAME_LENGTH, TOO_LONG),
  fitting('[^:*]*'),
);
export const resourceArn = v.pipe(v.string(), atLeastLength(1), atMostLength(1011));

/** Milliseconds since the epoch. */
export const timestamp = v.pipe(v.number(), v.integer(), atLeast(0), atMost(Number.MAX_SAFE_INTEGER));

export const limitTo = (most: number) => v.pipe(v.number(), v.integer(), atLeast(1), atMost(most));
export const nextToken = v.pipe(v.string(), atLeastLength(1));

const tagKey = v.pipe(v.string(), atLeastLength(1), atMostLength(128));
const tagValue = v.pipe(v.string(), atMostLength(256));
export const tags = recordOf(tagKey, tagValue);
export const tagKeys = v.array(tagKey);

/** A group by its name or, in newer operations, by its ARN. */
export const groupReference = {
  logGroupName: v.exactOptional(groupName),
  logGroupIdentifier: v.exactOptional(v.pipe(v.string(), atLeastLength(1), atMostLength(2048))),
};

/** @throws AwsError when both or none are given, or when there is no such group. */
export function referredGroup(
  state: LogsState,
  input: { logGroupName?: string; logGroupIdentifier?: string },
): GroupRecord {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw validationException('LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  }
  if (logGroupName === undefined && logGroupIdentifier === undefined) {
    throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  }
  return findGroup(state, logGroupName ?? groupOfArn(logGroupIdentifier ?? ''));
}

/** The name in a group's ARN, of either form: `…:log-group:NAME` or `…:log-group:NAME:*`. */
export const groupOfArn = (arn: string): string => arn.replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, '');

export function findGroup(state: LogsState, name: string): GroupRecord {
  const group = state.groups.get(name);
  if (!group) throw noSuchGroup();
  return group;
}

export function findStream(state: LogsState, group: string, name: string): StreamRecord {
  const stream = state.streams.get(streamKey(group, name));
  if (!stream) throw noSuchStream();
  return stream;
}
