import type { Fault } from '../../src/local/faults.js';
import { seeded, type Plan } from './chaos.js';
import { ending, serverError, throttled } from './faults.js';
import type { SimulatedTime } from './simulated-time.js';

/** How likely a call goes wrong. */
const PROBABILITY = 0.3;

/** Of the calls some are throttled, some fail or are cut off before or after they act, some take long. */
export function weather(seed: number, clock: SimulatedTime): Plan {
  const random = seeded(seed);
  const late = async (gone: AbortSignal) => {
    await clock.hold(5_000, gone);
    return undefined;
  };
  const faults: readonly Fault[] = [
    { before: ending(throttled()) },
    { before: ending(serverError()) },
    { after: ending(serverError()) },
    { before: ending('reset') },
    { after: ending('reset') },
    { before: late },
    { after: late },
  ];
  return () => (random() < PROBABILITY ? faults[Math.floor(random() * faults.length)] : undefined);
}

/** Every call takes up to two seconds on its way and as long back: no two runs meet in the same order. */
export function anyOrder(seed: number, clock: SimulatedTime): Plan {
  const random = seeded(seed);
  const onTheWay = () => {
    const milliseconds = 2_000 * random();
    return async (gone: AbortSignal) => {
      await clock.hold(milliseconds, gone);
      return undefined;
    };
  };
  return () => ({ before: onTheWay(), after: onTheWay() });
}
