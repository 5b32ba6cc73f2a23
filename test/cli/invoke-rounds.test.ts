import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { whereAmI } from '../../src/aws/caller.js';
import type { Context, Opening } from '../../src/cli/context.js';
import { invoke } from '../../src/cli/commands/invoke.js';
import { openStorm, type CallPoint, type Storm } from '../_helpers/chaos.js';
import { sitAt } from '../_helpers/command.js';
import type { TestLab } from '../_helpers/lab.js';
import { simulatedTime, type SimulatedTime } from '../_helpers/simulated-time.js';

/** What each call takes on its way. Nothing else takes any time. */
const CALL_MS = 100;

let clock: SimulatedTime;
let storm: Storm;

beforeAll(async () => {
  clock = simulatedTime();
  storm = await openStorm({ clock });
});
afterAll(async () => {
  clock.stop();
  await storm.aws.stop();
});

/** A command's beginning as it is typed: the question whose account it is goes out with the first reads. */
function openingOn({ aws, endpoint }: TestLab, context: Context): Opening {
  const here: Context = { ...context, target: { ...context.target, endpoint } };
  const located = whereAmI(aws, here.target.region).then((place): Context => ({ ...here, place }));
  const placed = located.then((each) => each.stepEnv(() => undefined));
  return { ...here, located, lookEnv: (note) => ({ ...here.lookEnv(note), located: placed }) };
}

test('invoke makes 2 rounds of calls before its request: by name with whose account it is, then under ids', async () => {
  const lab = await storm.open('rounds-invoke', { clock });
  await lab.up();
  const { context } = sitAt(storm.aws, lab);
  const rounds = new Map<number, CallPoint[]>();
  const start = clock.now();
  storm.begin((point) => {
    const round = 1 + (clock.now() - start) / CALL_MS;
    rounds.set(round, [...(rounds.get(round) ?? []), point].sort());
    return {
      before: async (gone) => {
        await clock.hold(CALL_MS, gone);
        return undefined;
      },
    };
  });

  const options = { table: undefined, id: undefined, set: undefined, payload: undefined, all: false };
  const result = await invoke(openingOn(lab, context), { ...options, operation: 'ping' });
  storm.end();

  expect(result).toMatchObject({ exitCode: 0, members: { response: { status: 200, body: 'pong' } } });
  expect(Object.fromEntries(rounds)).toEqual({
    1: ['apigateway:GetApiKeys#1', 'apigateway:GetRestApis#1', 'sts:GetCallerIdentity#1'],
    2: ['apigateway:GetApiKey#1', 'apigateway:GetStages#1'],
    3: ['execute-api:Invoke#1'],
  });
});
