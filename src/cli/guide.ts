import { createInterface } from 'node:readline';
import type { Answer, Question } from '../engine/course.js';
import type { EngineEvent, StepReport } from '../engine/events.js';
import { UNKNOWN_IDS, type Call, type Ids } from '../tutorial/call.js';
import { placeOf, type Lesson, type LessonGiven } from '../tutorial/lesson.js';
import type { Context } from './context.js';
import type { Edge } from './edge.js';
import { chapterOf, show } from './lessons.js';
import { bullets, proseLines, sentLines } from './render/lesson.js';
import { differenceLines, stepLines } from './render/lines.js';
import { createProgress, type Progress } from './render/progress.js';
import { environmentFor } from './teaching.js';
import type { Pen } from './screen.js';
import { thingIn } from './thing-in.js';

/** Leads through `up --step`: tells what comes, asks, and shows what was made and where to look at it. */
export interface Guide extends Progress {
  readonly ask: (question: Question) => Promise<Answer>;
  /** Whether the reader answered with Ctrl-C. */
  interrupted(): boolean;
}

export async function createGuide(context: Context): Promise<Guide> {
  const { edge } = context;
  const { screen } = edge;
  const archive = await context.stepEnv(() => undefined).handler.archive();
  let spinner = await createProgress(edge, 'spinner only');
  let things: ReadonlyMap<string, unknown> = new Map();
  let interrupted = false;
  let isFirst = true;
  const given = (): LessonGiven => givenSoFar(context, things, archive);
  const tell = (lines: readonly string[]): void => {
    for (const line of lines) screen.progress(line);
  };
  const hear = (event: EngineEvent): void => {
    if (edge.signal.aborted) return;
    if (event.kind !== 'finished') {
      spinner.listener(event);
      return;
    }
    spinner.end();
    tell([...stepLines(event.report, screen.err), ...lookLines(context, event.report, given())]);
  };
  return {
    listener: hear,
    busy: (text) => spinner.busy(text),
    end: () => spinner.end(),
    interrupted: () => interrupted,
    ask: async (question) => {
      spinner.end();
      things = question.things;
      tell(firstWords(context, isFirst));
      isFirst = false;
      tell(explanation(context, question, given()));
      const answer = await readAnswer(edge);
      if (answer === 'interrupt') interrupted = true;
      if (answer === 'make') spinner = await createProgress(edge, 'spinner only');
      if (answer === 'skip' && question.dependents.length > 0) {
        tell([screen.err.prose(`What cannot be made without it: ${question.dependents.join(', ')}.`)]);
      }
      return answer === 'interrupt' ? 'stop' : answer;
    },
  };
}

/** Said once, before the first step: without it the aws lines below would ask AWS. */
function firstWords(context: Context, isFirst: boolean): string[] {
  const { err } = context.edge.screen;
  const lines = environmentFor(context, ['aws ']);
  return isFirst
    ? lines.map((line) => err.prose(`For the aws lines below, once in another terminal: \`${line}\``))
    : [];
}

/** The lessons' calls with the ids that are known by now. */
function givenSoFar(
  { lab, place }: Context,
  things: ReadonlyMap<string, unknown>,
  archive: LessonGiven['archive'],
): LessonGiven {
  const api = thingIn(things, 'api');
  const ids: Ids = {
    ...UNKNOWN_IDS,
    AWS_REGION: place.region,
    ACCOUNT_ID: place.account,
    ROLE_ARN: thingIn(things, 'role')?.arn ?? UNKNOWN_IDS.ROLE_ARN,
    API_ID: api?.id ?? UNKNOWN_IDS.API_ID,
    ROOT_ID: api?.rootResourceId ?? UNKNOWN_IDS.ROOT_ID,
    RESOURCE_ID: thingIn(things, 'resource')?.id ?? UNKNOWN_IDS.RESOURCE_ID,
    KEY_ID: thingIn(things, 'key')?.id ?? UNKNOWN_IDS.KEY_ID,
    PLAN_ID: thingIn(things, 'usage-plan')?.id ?? UNKNOWN_IDS.PLAN_ID,
  };
  return { lab, place: placeOf(ids, place.partition), ids, archive };
}

/** What the step is, and what will be made or put right. */
function explanation(context: Context, { look }: Question, given: LessonGiven): string[] {
  const { err } = context.edge.screen;
  const chapter = chapterOf(look.id);
  const notes = bullets(chapter.lesson.notes, err);
  return [
    ...['', ...proseLines(chapter, err), ''],
    ...(notes.length > 0 ? [...notes, ''] : []),
    ...[...changesOf(look, chapter.lesson, { err, given }), ''],
  ];
}

/** What comes of an Enter. What is in order is asked about too, where what it is built on was changed just now. */
function changesOf(
  look: StepReport,
  lesson: Lesson,
  { err, given }: { err: Pen; given: LessonGiven },
): string[] {
  const head = (words: string): string =>
    err.paint('bold', lesson.condition === undefined ? words : `${words}, ${lesson.condition}`);
  if (look.outcome === 'drifted') {
    return [head('It is there, and this is put right'), ...differenceLines(look, err)];
  }
  if (look.outcome === 'in-order') return [head('It is there; what fits no longer is put right')];
  const { calls } = show(lesson, given);
  return [head('This is sent'), ...calls.filter(makes).flatMap((call) => sentLines(call, err))];
}

/** Calls that only look are not what a step is about. */
const makes = ({ operation, until }: Call): boolean => until === undefined && !operation.startsWith('Get');

/** Where to look at what was just made. */
function lookLines(context: Context, { id, outcome }: StepReport, given: LessonGiven): string[] {
  if (outcome !== 'created' && outcome !== 'repaired') return [];
  const { lesson } = chapterOf(id);
  const { console: path, note } = lesson.look;
  const { prose } = context.edge.screen.err;
  const line = show(lesson, given)
    .look.split('\n')
    .map((part) => `      ${part}`);
  // A server behind an endpoint has no console.
  const where = context.target.endpoint === undefined ? ` ${path}` : '';
  return [prose(`    Look at it:${where}`), ...line, ...(note === undefined ? [] : [prose(`    ${note}`)])];
}

const PROMPT = 'Enter: do it   s: skip it   q: stop here > ';

/** Until it is one of the answers; the end of the input is a stop. */
async function readAnswer(edge: Edge): Promise<Answer | 'interrupt'> {
  for (;;) {
    const line = await readLine(edge);
    if (line === undefined) return 'stop';
    if (line === INTERRUPT) return 'interrupt';
    const word = line.trim().toLowerCase();
    if (word === '') return 'make';
    if (word === 's' || word === 'skip') return 'skip';
    if (word === 'q' || word === 'quit') return 'stop';
  }
}

const INTERRUPT = Symbol('Ctrl-C');

/** A line from the terminal; undefined at its end. On a terminal readline takes Ctrl-C for itself. */
function readLine({ signal, terminal, screen }: Edge): Promise<string | typeof INTERRUPT | undefined> {
  const reader = createInterface({ ...terminal() });
  return new Promise((resolve) => {
    const end = (answer: string | typeof INTERRUPT | undefined): void => {
      signal.removeEventListener('abort', interrupt);
      resolve(answer);
      reader.close();
    };
    const interrupt = (): void => {
      // The cursor stands behind the prompt.
      screen.complain('');
      end(INTERRUPT);
    };
    reader.once('line', end);
    reader.once('SIGINT', interrupt);
    reader.once('close', () => end(undefined));
    signal.addEventListener('abort', interrupt);
    reader.setPrompt(PROMPT);
    reader.prompt();
  });
}
