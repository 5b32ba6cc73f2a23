import { LabError } from '../lab-error.js';
import { CHAPTERS, chapterOf, MADE_CHAPTERS } from './lessons.js';
import type { Screen } from './screen.js';

/** Which steps `up` is to make, and whether it asks between them. */
export interface ChosenCourse {
  readonly made: ReadonlySet<string>;
  readonly asks: boolean;
  /** What a command says to mean the same, such as ` --only table`. */
  readonly flags: string;
}

/** What `--step`, `--until` and `--only` say; undefined without them. @throws LabError `usage` */
export function readCourse(
  flags: { step?: boolean; until?: string; only?: string; dryRun?: boolean },
  screen: Screen,
): ChosenCourse | undefined {
  const { step: asks = false, until, only, dryRun = false } = flags;
  if (!asks && until === undefined && only === undefined) return undefined;
  if (until !== undefined && only !== undefined) {
    throw new LabError('usage', '--only means one step, --until all steps up to one.', {
      hint: 'Leave one of them away.',
    });
  }
  if (asks && dryRun) {
    throw new LabError('usage', '--dry-run does nothing, so --step has nothing to ask.', {
      hint: 'Read the plan with `lab-setup up --dry-run`, and the lessons with `lab-setup steps`.',
    });
  }
  if (asks && (!screen.interactive || screen.voice === 'quiet')) throw noTerminal();
  const said = [asks && '--step', until && `--until ${until}`, only && `--only ${only}`];
  return {
    made: madeBy(until, only),
    asks,
    flags: said.map((each) => (each ? ` ${each}` : '')).join(''),
  };
}

function madeBy(until: string | undefined, only: string | undefined): ReadonlySet<string> {
  const word = only ?? until;
  const chapter = word === undefined ? undefined : makeable(word);
  if (!chapter) return new Set(MADE_CHAPTERS.map(({ id }) => id));
  if (only !== undefined) return new Set([chapter.id]);
  return new Set(MADE_CHAPTERS.filter(({ number }) => number <= chapter.number).map(({ id }) => id));
}

function makeable(word: string): ReturnType<typeof chapterOf> {
  const isTeardown = !MADE_CHAPTERS.includes(chapterOf(word, CHAPTERS));
  if (!isTeardown) return chapterOf(word, MADE_CHAPTERS);
  throw new LabError('usage', `Step ${word} makes nothing: it takes the lab down.`, {
    hint: 'Do it with `lab-setup down`.',
  });
}

const noTerminal = (): LabError =>
  new LabError(
    'usage',
    '--step explains and waits for Enter: it needs a terminal, without --quiet and --json.',
    {
      hint: 'Stop after a step with --until, or do one with --only, as in `lab-setup up --until function`.',
    },
  );
