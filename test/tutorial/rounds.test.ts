import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { whereAmI } from '../../src/aws/caller.js';
import { inspectAll } from '../../src/engine/inspect.js';
import { up } from '../../src/engine/up.js';
import { verifyEndpoint, type KeyVerdict } from '../../src/tutorial/endpoint.js';
import type { LookEnv, StepEnv } from '../../src/tutorial/env.js';
import type { Things } from '../../src/tutorial/step.js';
import { openStorm, type Plan, type Storm } from '../_helpers/chaos.js';
import type { TestLab } from '../_helpers/lab.js';
import { simulatedTime, type SimulatedTime } from '../_helpers/simulated-time.js';

/** What each call takes on its way. Nothing else takes any time. */
const CALL_MS = 100;

let clock: SimulatedTime;
let storm: Storm;
let slow: Plan;

beforeAll(async () => {
  clock = simulatedTime();
  storm = await openStorm({ clock });
  slow = () => ({
    before: async (gone) => {
      await clock.hold(CALL_MS, gone);
      return undefined;
    },
  });
});
afterAll(async () => {
  clock.stop();
  await storm.aws.stop();
});

/** `lab-setup up` from the question whose account it is to the endpoint's answer. */
async function upAsTyped(lab: TestLab): Promise<{ rounds: number; verdict: KeyVerdict | undefined }> {
  const { env, walk, making } = lab;
  storm.begin(slow);
  const start = clock.now();
  const located = whereAmI(env.aws, env.place.region).then((place): StepEnv => ({ ...env, place }));
  const looked = await inspectAll({ ...walk, lookFor: (): LookEnv => ({ ...env, located }) });
  let verdict: KeyVerdict | undefined;
  const whenMade = async ({ things }: { things: ReadonlyMap<string, unknown> }): Promise<void> => {
    const api = things.get('api') as Things['api'];
    const plan = things.get('usage-plan') as Things['usage-plan'];
    const url = `${storm.aws.endpoint}/restapis/${api.id}/Prod/_user_request_/dynamodbmanager`;
    const apiKey = plan.keyValue?.reveal() ?? '';
    verdict = await verifyEndpoint(env.waiting, { url, apiKey, mayIgnoreKeys: false, isPlanNew: true });
  };
  await up({ ...making, looked, whenMade });
  const rounds = (clock.now() - start) / CALL_MS;
  storm.end();
  return { rounds, verdict };
}

describe('rounds: steps of calls that wait for one another, of 100 ms each', () => {
  test('up needs 15 for a first lab: 1 to look, 12 writes to one API one after another, plan, key, pings', async () => {
    const lab = await storm.open('rounds-first', { clock });

    expect(await upAsTyped(lab)).toEqual({ rounds: 15, verdict: 'key-enforced' });
  });

  test('up needs 3 where there is nothing to do: by name, under ids, pings', async () => {
    const lab = await storm.open('rounds-again', { clock });
    await lab.up();

    expect(await upAsTyped(lab)).toEqual({ rounds: 3, verdict: 'key-enforced' });
  });
});
