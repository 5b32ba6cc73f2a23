import type { FaultPlan } from '../../src/local/faults.js';
import { delay } from '../_helpers/faults.js';
import { openAccount } from './account.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved } from './sample.js';

/** What is added to each call. */
const CALL_MS = 100;

/** What the rounds may take in all: a tenth more than the calls' own time. */
const SLACK = 1.1;

interface Case {
  readonly what: string;
  readonly command: string;
  /** In a lab that is taken down before, unmeasured. */
  readonly anew?: true;
  /** The rounds that are told and held to the goal are those before the command's own request, which is one more. */
  readonly beforeRequest?: true;
  readonly goal: number;
}

const CASES: readonly Case[] = [
  { what: 'up, first time', command: 'up', anew: true, goal: 15 },
  { what: 'up, nothing to do', command: 'up', goal: 3 },
  { what: 'invoke ping', command: 'invoke ping', beforeRequest: true, goal: 2 },
];

/**
 * Commands with 100 ms added to each call: in how many rounds the calls go out, as the server sees them, and what all
 * rounds take beyond the same command without the delay.
 */
export async function rounds(): Promise<Row[]> {
  const road = openRoad();
  await using account = await openAccount(road.faults);
  for (const lab of ['near', 'far']) await account.run('up', { lab });
  const run = async ({ command, anew }: Case, lab: string, callMs: number): Promise<number> => {
    if (anew) await account.run('down --yes', { lab });
    road.begin(callMs);
    const { ms } = await account.run(command, { lab });
    road.begin(0);
    return ms;
  };
  const rows: Row[] = [];
  for (const each of CASES) {
    let most = 0;
    road.onRound = (round) => (most = Math.max(most, round));
    const ms = await interleaved({
      near: () => run(each, 'near', 0),
      far: () => run(each, 'far', CALL_MS),
    });
    rows.push(...rowsOf(each, most, ms.far - ms.near));
  }
  return rows;
}

/** @param added milliseconds that the delay of each call makes in all */
function rowsOf({ what, beforeRequest, goal }: Case, most: number, added: number): Row[] {
  const far = `${what}, ${CALL_MS} ms a call`;
  return [
    rowOf({
      what: beforeRequest ? `${far}, before the request` : far,
      unit: 'rounds',
      value: beforeRequest ? most - 1 : most,
      goal: atMost(goal, 'value'),
    }),
    rowOf({
      what: `${far}, beyond start-up`,
      unit: 'ms',
      value: added,
      floor: { what: `${most} rounds`, value: most * CALL_MS },
      goal: atMost(SLACK),
    }),
  ];
}

interface Road {
  readonly faults: FaultPlan;
  /** From now on each call takes so much longer. Where it takes no longer, rounds are not counted: they could not be told. */
  begin(callMs: number): void;
  /** Hears of each call in which round it is, from 1: one more than the last that was answered when it came. */
  onRound: (round: number) => void;
}

/** The way to an account: how long calls take, and which of them may have waited for which. */
function openRoad(): Road {
  let callMs = 0;
  let answered = 0;
  const road: Road = {
    begin: (ms) => {
      callMs = ms;
      answered = 0;
    },
    onRound: () => undefined,
    faults: () => {
      if (callMs === 0) return undefined;
      const round = answered + 1;
      road.onRound(round);
      return {
        before: delay(callMs),
        after: () => {
          answered = Math.max(answered, round);
          return undefined;
        },
      };
    },
  };
  return road;
}
