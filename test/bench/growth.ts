import { API_GATEWAY_PAGE } from '../../src/aws/paginate.js';
import { crowdState } from '../_helpers/crowd.js';
import { openAccount, type Account } from './account.js';
import { atMost, rowOf, type Row } from './row.js';
import { interleaved } from './sample.js';

/** The neighbours are copies of what two labs have; the second lab is one more neighbour. */
const LABS = ['default', 'second'] as const;

/** The kinds whose lists are read to the end: APIs, keys and plans bear names that are not unique. */
const LISTED = 3;

/**
 * How much more memory than alone is flat: what is held grows by less than 1 MiB, measured with the garbage collected all
 * the time, but V8 leaves garbage lying until its young generation, which it lets grow to 16 MiB, is full.
 */
const FLAT = 1.15;

/** `up` with nothing to do in accounts that are more and more full: its calls, and the most memory that it had at once. */
export async function growth(): Promise<Row[]> {
  await using alone = await openCrowd(0);
  await using some = await openCrowd(500);
  await using many = await openCrowd(2_000);
  const peaks = await interleaved({
    alone: () => alone.peakOf('up'),
    some: () => some.peakOf('up'),
    many: () => many.peakOf('up'),
  });
  const calls = await alone.callsOf('up');
  const rows: Row[] = [];
  for (const [crowd, peak] of [[some, peaks.some] as const, [many, peaks.many] as const]) {
    const { neighbours } = crowd;
    const what = `up, nothing to do, among ${neighbours.toLocaleString('en-US')} neighbours of each kind`;
    const pages = LISTED * (Math.ceil((neighbours + LABS.length) / API_GATEWAY_PAGE) - 1);
    rows.push(
      rowOf({
        what,
        unit: 'calls',
        value: await crowd.callsOf('up'),
        floor: { what: `alone, and ${pages} further pages`, value: calls + pages },
        goal: atMost(1),
      }),
      rowOf({
        what: `${what}, peak memory`,
        unit: 'MiB',
        value: peak,
        floor: { what: 'alone', value: peaks.alone },
        goal: atMost(FLAT),
      }),
    );
  }
  return rows;
}

interface Crowded extends Account {
  readonly neighbours: number;
  /** How many calls the command makes. */
  callsOf(command: string): Promise<number>;
}

/** An account with a lab that is up, and so many APIs, keys, plans, functions and tables beside it. */
async function openCrowd(neighbours: number): Promise<Crowded> {
  let calls = 0;
  const account = await openAccount(() => {
    calls += 1;
    return undefined;
  });
  for (const lab of LABS) await account.run('up', { lab });
  await account.aws.restart(() =>
    crowdState(account.aws.folder, {
      apis: neighbours,
      keys: neighbours,
      plans: neighbours,
      functions: neighbours,
      tables: neighbours,
    }),
  );
  return {
    ...account,
    neighbours,
    callsOf: async (command) => {
      calls = 0;
      await account.run(command);
      return calls;
    },
  };
}
