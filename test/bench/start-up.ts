import { bareNode, newHome, runNode, BINARY, type Home } from './command.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved } from './sample.js';

/** How long a user waits for each command, in ratios to a node that does nothing. */
export async function startUp(): Promise<Row[]> {
  let home: Home | undefined;
  /** In a new home, where nothing has run before; `prepare` is not measured. */
  const inNewHome = async (args: string, prepare?: string): Promise<number> => {
    await home?.[Symbol.asyncDispose]();
    home = await newHome();
    if (prepare !== undefined) await home.run(prepare);
    return (await home.run(args)).ms;
  };
  const inSameHome = async (args: string): Promise<number> => {
    home ??= await newHome();
    return (await home.run(args)).ms;
  };
  const bare =
    (args: string, exitCode = 0) =>
    async (): Promise<number> =>
      (await runNode([BINARY, args], { exitCode })).ms;

  const { floor, ...measured } = await interleaved({
    floor: bareNode,
    '--version': bare('--version'),
    '--help': bare('--help'),
    'usage error': bare('--no-such-flag', 2),
    'up, first time, starting the local AWS too': () => inNewHome('up'),
    'up, first time, local AWS running': () => inNewHome('up', 'local start'),
    'up, nothing to do': () => inSameHome('up'),
    'invoke ping, warm': () => inSameHome('invoke ping'),
    'test-echo, warm': () => inSameHome('test-echo'),
  }).finally(() => home?.[Symbol.asyncDispose]());

  return Object.entries(measured).map(([what, value]) =>
    rowOf({
      what,
      unit: 'ms',
      value,
      floor: { what: 'node -e 0', value: floor },
      goal: atMost(GOALS[what] ?? NaN),
    }),
  );
}

const GOALS: Readonly<Record<string, number>> = {
  '--version': 1.3,
  '--help': 1.3,
  'usage error': 1.3,
  'up, first time, starting the local AWS too': 12,
  'up, first time, local AWS running': 6,
  'up, nothing to do': 5,
  'invoke ping, warm': 4,
  'test-echo, warm': 4,
};
