import { LabError } from '../lab-error.js';
import { neededFirst, type Call } from '../tutorial/call.js';
import type { Lab } from '../tutorial/lab.js';
import { makesSomething, TEARDOWN, type Lesson, type LessonGiven } from '../tutorial/lesson.js';
import { LESSONS } from '../tutorial/lessons/index.js';
import { actionsOf } from '../tutorial/permissions.js';
import { STEPS } from '../tutorial/steps/index.js';
import { didYouMean } from './choices.js';
import { awsLine } from './render/aws-line.js';

/** A line of the tutorial's table of contents. */
export interface Chapter {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  /** The thing's name in a lab, such as `lambda-apigateway-role`. */
  readonly nameIn: (lab: Lab) => string;
  readonly lesson: Lesson;
}

/** The tutorial's table of contents. */
export const CHAPTERS: readonly Chapter[] = LESSONS.map((lesson) => {
  const step = STEPS.find(({ id }) => id === lesson.id);
  const { number, title } = step ?? TEARDOWN;
  return { number, id: lesson.id, title, nameIn: (lab) => step?.name({ lab }) ?? 'everything', lesson };
});

/** @throws LabError `usage` with the list of the steps, when this is neither a number nor an id of one of them */
export function chapterOf(word: string, chapters: readonly Chapter[] = CHAPTERS): Chapter {
  const found = chapters.find(({ number, id }) => word === id || word === String(number));
  if (found) return found;
  const all = chapters.map(({ number, id }) => `${number} ${id}`).join(', ');
  const like = didYouMean(
    word,
    chapters.map(({ id }) => id),
  );
  throw new LabError('usage', `There is no step ${word}.${like}`, { hint: `The steps are: ${all}.` });
}

/** Those that `up` can make: all but the last. */
export const MADE_CHAPTERS: readonly Chapter[] = CHAPTERS.filter(makesSomething);

/** One call of a lesson, as it is shown. */
export interface ShownCall extends Call {
  /** The IAM actions that it needs. */
  readonly actions: readonly string[];
}

/** All that a lesson shows of calls. */
export interface ShownLesson {
  readonly calls: readonly ShownCall[];
  /** Lines that find the ids which the others need, in a shell that does not know them yet. */
  readonly first: readonly string[];
  readonly lines: readonly string[];
  readonly look: string;
}

export function show(lesson: Lesson, given: LessonGiven): ShownLesson {
  const calls = lesson.calls(given);
  return {
    calls: calls.map((call) => ({ ...call, actions: actionsOf(call) })),
    first: neededFirst(calls, given.lab).map(awsLine),
    lines: calls.map(awsLine),
    look: awsLine(lesson.look.call(given)),
  };
}
