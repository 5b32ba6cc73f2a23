import * as v from 'valibot';
import { fitting, oneOf } from '../constraints.js';
import { operation } from '../operation.js';
import type { World } from '../ports.js';
import type { Operation } from '../service.js';
import { groupExists, invalidParameter } from './errors.js';
import type { EventStore } from './events.js';
import { findGroup, groupName, limitTo, nextToken, tags } from './inputs.js';
import { pageOf } from './paging.js';
import { streamKey, streamsOf, type GroupRecord, type LogsState } from './state.js';
import { mergeTags } from './tags.js';

const CLASSES = ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] as const;

/** The days that PutRetentionPolicy takes (CloudWatch Logs API reference). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The operations on log groups. */
export function groupOperations(world: World, state: LogsState, events: EventStore): Operation[] {
  return [
    operation({
      name: 'CreateLogGroup',
      input: v.object({
        logGroupName: groupName,
        logGroupClass: v.exactOptional(v.pipe(v.string(), oneOf(CLASSES)), 'STANDARD'),
        tags: v.exactOptional(tags, {}),
        kmsKeyId: v.exactOptional(v.never('The local AWS does not serve CreateLogGroup with kmsKeyId.')),
        deletionProtectionEnabled: v.exactOptional(
          v.literal(false, 'The local AWS does not serve CreateLogGroup with deletionProtectionEnabled.'),
        ),
      }),
      run: (input) => createGroup(world, state, input),
    }),
    operation({
      name: 'DescribeLogGroups',
      input: v.object({
        logGroupNamePrefix: v.exactOptional(groupName),
        logGroupNamePattern: v.exactOptional(v.string()),
        logGroupClass: v.exactOptional(v.pipe(v.string(), oneOf(CLASSES))),
        limit: v.exactOptional(limitTo(50), 50),
        nextToken: v.exactOptional(nextToken),
      }),
      run: (input) => {
        const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
        if (prefix !== undefined && pattern !== undefined) {
          throw invalidParameter(
            'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
          );
        }
        const groups = state.groups
          .values()
          .filter(
            (group) =>
              group.name.startsWith(prefix ?? '') &&
              group.name.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
              group.logGroupClass === (input.logGroupClass ?? group.logGroupClass),
          );
        const page = pageOf(groups, ({ name }) => name, input);
        return {
          logGroups: page.items.map((group) => described(world, group, { byPattern: pattern !== undefined })),
          nextToken: page.nextToken,
        };
      },
    }),
    operation({
      name: 'ListLogGroups',
      input: v.object({
        // A regular expression of AWS's own, of which plain text with an anchor is what most people use.
        logGroupNamePattern: v.exactOptional(
          v.pipe(
            v.string(),
            fitting('(\\^?[\\.\\-_/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_/#A-Za-z0-9]{3,24}){0,4}'),
          ),
        ),
        logGroupClass: v.exactOptional(v.pipe(v.string(), oneOf(CLASSES))),
        limit: v.exactOptional(limitTo(1000), 50),
        nextToken: v.exactOptional(nextToken),
      }),
      run: (input) => {
        const groups = state.groups
          .values()
          .filter(
            (group) =>
              fitsPattern(group.name, input.logGroupNamePattern) &&
              group.logGroupClass === (input.logGroupClass ?? group.logGroupClass),
          );
        const page = pageOf(groups, ({ name }) => name, input);
        return {
          logGroups: page.items.map(({ name, logGroupClass }) => ({
            logGroupName: name,
            logGroupArn: groupArn(world, name),
            logGroupClass,
          })),
          nextToken: page.nextToken,
        };
      },
    }),
    operation({
      name: 'DeleteLogGroup',
      input: v.object({ logGroupName: groupName }),
      run: async ({ logGroupName }) => {
        findGroup(state, logGroupName);
        const streams = streamsOf(state, logGroupName);
        state.groups.delete(logGroupName);
        for (const stream of streams) state.streams.delete(streamKey(logGroupName, stream.name));
        for (const stream of streams) await events.clear(stream);
      },
    }),
    operation({
      name: 'PutRetentionPolicy',
      input: v.object({
        logGroupName: groupName,
        retentionInDays: v.pipe(
          v.number(),
          v.check(
            (days) => RETENTION_DAYS.includes(days),
            `Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
          ),
        ),
      }),
      run: ({ logGroupName, retentionInDays }) => {
        state.groups.put(logGroupName, { ...findGroup(state, logGroupName), retentionInDays });
      },
    }),
    operation({
      name: 'DeleteRetentionPolicy',
      input: v.object({ logGroupName: groupName }),
      run: ({ logGroupName }) => {
        const group = { ...findGroup(state, logGroupName) };
        delete group.retentionInDays;
        state.groups.put(logGroupName, group);
      },
    }),
  ];
}

/** One of the alternatives between `|` is in the name, or at its beginning where it has a `^`. */
const fitsPattern = (name: string, pattern = ''): boolean =>
  pattern
    .split('|')
    .some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));

/** @throws AwsError when a group of that name is there. */
export function createGroup(
  world: World,
  state: LogsState,
  input: { logGroupName: string; logGroupClass?: string; tags?: Readonly<Record<string, string>> },
): void {
  if (state.groups.get(input.logGroupName)) throw groupExists();
  state.groups.put(input.logGroupName, {
    name: input.logGroupName,
    createdAt: world.clock.now(),
    logGroupClass: input.logGroupClass ?? 'STANDARD',
    tags: mergeTags([], input.tags ?? {}),
  });
}

export const groupArn = (world: World, name: string): string =>
  `arn:aws:logs:${world.region}:${world.account}:log-group:${name}`;

/** AWS answers a search by pattern from an index that knows neither size nor deletion protection (recorded from AWS). */
function described(
  world: World,
  group: GroupRecord,
  { byPattern }: { byPattern: boolean },
): Record<string, unknown> {
  const arn = groupArn(world, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    ...(byPattern ? {} : { storedBytes: 0, deletionProtectionEnabled: false }),
    logGroupClass: group.logGroupClass,
    logGroupArn: arn,
  };
}
