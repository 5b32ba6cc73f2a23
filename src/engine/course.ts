import type { AnyStep, Found } from '../tutorial/step.js';
import type { StepReport } from './events.js';
import type { Inspection } from './inspect.js';

/** Which steps `up` makes, and who is asked between them. Without one it makes all, each as soon as its needs are met. */
export interface Course {
  /** The steps that are made; the others are only looked at. */
  readonly made: ReadonlySet<string>;
  /** With it the steps are made one after another, in their order, each that is not in order after this was asked. */
  readonly ask?: ((question: Question) => Promise<Answer>) | undefined;
}

export interface Question {
  /** The step whose turn it is, and how it stands. */
  readonly look: StepReport;
  /** What the steps learned; it grows as they are made. */
  readonly things: ReadonlyMap<string, unknown>;
  /** The steps that cannot be made without it; none if it is there already. */
  readonly dependents: readonly string[];
}

export type Answer =
  | 'make'
  | 'skip'
  /** Nothing more is made. */
  | 'stop';

type Steps = readonly Pick<AnyStep<never>, 'id' | 'needs'>[];

/** Whether a step is to be made: without a course all are. */
export const isMade = (course: Course | undefined, id: string): boolean => course?.made.has(id) ?? true;

/** What the steps that are made need of steps that are not. */
export function neededOutside(steps: Steps, { made }: Course): string[] {
  const needs = steps.filter(({ id }) => made.has(id)).flatMap((step) => step.needs);
  return [...new Set(needs)].filter((id) => !made.has(id));
}

/** The first step that needs something which is not there and is not to be made; with all that it lacks, in the order to make it. */
export function firstUnmet(
  steps: Steps,
  course: Course,
  found: Inspection['found'],
): { readonly step: string; readonly needs: readonly string[] } | undefined {
  const isLacking = (id: string): boolean => !course.made.has(id) && !isThere(found.get(id));
  const unmet = steps.find(({ id, needs }) => course.made.has(id) && needs.some(isLacking));
  if (!unmet) return undefined;
  const lacking = new Set(unmet.needs.filter(isLacking));
  // What is lacking needs something itself, which stands before it.
  for (const { id, needs } of [...steps].reverse()) {
    if (lacking.has(id)) for (const need of needs.filter(isLacking)) lacking.add(need);
  }
  return { step: unmet.id, needs: steps.map(({ id }) => id).filter((id) => lacking.has(id)) };
}

/** Whether a thing of ours was found that others can build on. */
export const isThere = (found: Found<unknown> | undefined): boolean =>
  found?.state === 'ours' || found?.state === 'coming';

/** All steps that need this one, at first or second hand. */
export function dependentsOf(steps: Steps, id: string): string[] {
  const dependents = new Set([id]);
  // The steps stand in an order in which needs come first.
  for (const step of steps) if (step.needs.some((need) => dependents.has(need))) dependents.add(step.id);
  return [...dependents].filter((each) => each !== id);
}

/** The steps in the order in which they are made, each with those that it waits for. */
export function nodesOf(steps: Steps, course: Course | undefined): { id: string; after: string[] }[] {
  const made = steps.filter(({ id }) => isMade(course, id));
  return made.map(({ id, needs }, index) => {
    const before = made[index - 1];
    return {
      id,
      after: [...needs.filter((need) => isMade(course, need)), ...(course?.ask && before ? [before.id] : [])],
    };
  });
}
