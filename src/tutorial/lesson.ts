import type { Place } from '../aws/target.js';
import type { Archive } from './archived.js';
import { UNKNOWN_IDS, type Call, type Ids } from './call.js';
import type { Lab } from './lab.js';
import type { StepId } from './step.js';

/** The last step, which makes nothing: its work is `lab-setup down`. */
export const TEARDOWN = { number: 12, id: 'teardown', title: 'Clean up' } as const;

export type LessonId = StepId | typeof TEARDOWN.id;

/** Whether it is of a step that `up` makes: all but the last. */
export const makesSomething = ({ id }: { readonly id: string }): boolean => id !== TEARDOWN.id;

/** What a lesson's calls are made of. */
export interface LessonGiven {
  readonly lab: Lab;
  readonly place: Place;
  readonly ids: Ids;
  readonly archive: Omit<Archive, 'zip'>;
}

/** What one step of the tutorial teaches. Its number and title are those of the step of the same name. */
export interface Lesson {
  readonly id: LessonId;
  /** What is made, in a few sentences. */
  readonly what: string;
  /** Why the lab needs it. */
  readonly why: string;
  /** The clicks as the tutorial has them. */
  readonly clicks: readonly string[];
  /** Where today's console has it otherwise. */
  readonly today: readonly string[];
  /** What this lab does otherwise than the tutorial, and what to know when it is done by hand. */
  readonly notes: readonly string[];
  /** Commands of lab-setup that the aws lines need first. */
  readonly before?: readonly string[];
  /** When `up` leaves the step alone after all; most are made whenever they are missing. */
  readonly condition?: string;
  /** The same as calls, in an order that works. */
  calls(given: LessonGiven): readonly Call[];
  /** How to see what is there afterwards. */
  readonly look: {
    readonly console: string;
    /** What lab-setup itself shows of it. */
    readonly note?: string;
    call(given: LessonGiven): Call;
  };
}

/** The archive as the lessons name it: a file that `lab-setup steps function --zip` writes. */
export const ZIP_FILE = 'function.zip';

/** A place that is the shell's to say, so that a lesson is the same in every account. */
export const placeOf = (ids: Ids, partition = 'aws'): Place => ({
  partition,
  account: ids.ACCOUNT_ID,
  region: ids.AWS_REGION,
});

/** What lessons are given where nothing is known yet but the names. */
export const unknownGiven = (lab: Lab, archive: Omit<Archive, 'zip'>, partition?: string): LessonGiven => ({
  lab,
  place: placeOf(UNKNOWN_IDS, partition),
  ids: UNKNOWN_IDS,
  archive,
});
