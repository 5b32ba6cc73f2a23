import { setImmediate as turn } from 'node:timers/promises';
import { flawsAfterDown, type CallPoint, type Plan, type Storm } from './chaos.js';
import { outcomes, type TestLab } from './lab.js';

/** After so many turns of the event loop no request is on its way any more. */
const QUIET_TURNS = 25;

/** Ctrl-C is pressed when this call arrives; it goes on, as do those that are on their way, until it is `quiet`. */
function pressedAt(point: CallPoint, ctrlC: AbortController): { plan: Plan; quiet: () => Promise<void> } {
  let underWay = 0;
  const count = (change: 1 | -1) => () => {
    underWay += change;
    return undefined;
  };
  return {
    plan: (each) => {
      if (each === point) ctrlC.abort();
      return { before: count(1), after: count(-1) };
    },
    quiet: async () => {
      for (let turns = 0; turns < QUIET_TURNS; turns = underWay > 0 ? 0 : turns + 1) await turn();
    },
  };
}

/** Sees the calls that a plan sees. */
type Watch = (plan: Plan) => Plan;

/** What each word of a report promises of a step's thing. */
const PROMISES: Readonly<Record<string, string>> = {
  created: 'in-order',
  unchanged: 'in-order',
  'in-order': 'in-order',
  removed: 'missing',
  absent: 'missing',
  missing: 'missing',
};

/** What is wrong with an `up` or a `down` that is interrupted there: how it ended, and what it says that is not so. */
async function flawsOfReport(
  storm: Storm,
  cut: { name: string; work: 'up' | 'down'; point: CallPoint; seenBy: TestLab; watch: Watch },
): Promise<string[]> {
  const { name, work, point, seenBy, watch } = cut;
  const ctrlC = new AbortController();
  const { plan, quiet } = pressedAt(point, ctrlC);
  const lab = await storm.open(name, { signal: ctrlC.signal });
  storm.begin(watch(plan));
  const report = await lab[work]();
  await quiet();
  storm.end();
  const states = outcomes(await seenBy.status());
  const untrue = report.steps
    .filter(({ id, outcome }) => id !== 'teardown' && (PROMISES[outcome] ?? states[id]) !== states[id])
    .map(({ id, outcome }) => `${work} says ${id} ${outcome}, and it is ${states[id] ?? ''}`);
  return [
    ...(ctrlC.signal.aborted ? [] : [`${work} never made the call`]),
    ...(report.kind === 'interrupted' ? [] : [`${work} ended as ${report.kind}`]),
    ...untrue,
  ];
}

/** What is wrong in a life in which `up` and `down` are interrupted there, as far as such a point is given. */
export async function flawsWhenInterrupted(
  storm: Storm,
  name: string,
  { inUp, inDown }: { inUp: CallPoint | undefined; inDown: CallPoint | undefined },
  watch: Watch = (plan) => plan,
): Promise<object[]> {
  const seenBy = await storm.open(name);
  const flaws: unknown[] = [];
  if (inUp) flaws.push(...(await flawsOfReport(storm, { name, work: 'up', point: inUp, seenBy, watch })));
  if (inDown) {
    await seenBy.up();
    flaws.push(...(await flawsOfReport(storm, { name, work: 'down', point: inDown, seenBy, watch })));
  }
  flaws.push(...(await flawsAfterDown(storm, name, await seenBy.down())));
  storm.aws.release();
  return flaws.length > 0 ? [{ inUp, inDown, flaws }] : [];
}
