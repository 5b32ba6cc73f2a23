import type { Things } from '../tutorial/step.js';
import { costOfRequests, PRICES } from '../tutorial/prices.js';
import type { Context } from './context.js';
import { thingIn } from './thing-in.js';

const REQUESTS = 1_000;

/** What the lab costs, roughly; nothing is said of it where nobody sends a bill. */
export interface Cost {
  readonly line: string;
  readonly members: object;
}

/** @returns undefined on the local AWS and on other servers than AWS, and where there is no lab */
export function costOf(
  { target, lab }: Pick<Context, 'target' | 'lab'>,
  things: ReadonlyMap<string, unknown>,
): Cost | undefined {
  if (target.kind !== 'aws' || target.endpoint !== undefined || things.size === 0) return undefined;
  const usd = costOfRequests(REQUESTS, lab.function).toFixed(3);
  const { region, asOf } = PRICES;
  const atRest = atRestOf(thingIn(things, 'table'));
  return {
    line: `Cost        at rest ${atRest}; ${REQUESTS} requests about USD ${usd} (list prices of ${region} as of ${asOf}, without a free tier; a rough figure)`,
    members: {
      cost: { atRest, requests: REQUESTS, usd: Number(usd), prices: { region, asOf }, isRough: true },
    },
  };
}

const atRestOf = (table: Things['table'] | undefined): string =>
  table?.onDemand === false
    ? 'the table’s provisioned throughput by the hour'
    : 'nothing but a few kilobytes of storage';
