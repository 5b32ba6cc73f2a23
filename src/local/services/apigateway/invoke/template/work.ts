/** Raised when a template cannot be rendered; the caller of the API gets a 500 for it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** What one rendering may cost. */
export interface WorkLimits {
  readonly steps: number;
  /** The longest text, in characters. */
  readonly text: number;
}

/**
 * Steps beyond any honest template: loops in loops end here. No text of a template, and not what it prints, is longer
 * than a request or response of API Gateway (aws-facts 7.6).
 */
export const WORK_LIMITS: WorkLimits = { steps: 100_000, text: 10 * 1024 * 1024 };

/** A step in the units of the work: as dear as 8 values that are looked at, or 1024 characters that are copied. */
const STEP = 1024;
const VALUE = 128;

/**
 * The work that one rendering has done. Values may share their parts, so that a short template makes one that prints
 * without end: what goes through values counts each that it meets, and what makes a text first asks how long it is.
 */
export class Work {
  #done = 0;

  constructor(private readonly limits: WorkLimits = WORK_LIMITS) {}

  /** @throws TemplateError when it becomes too much. */
  step(count = 1): void {
    this.#add(count * STEP);
  }

  /** Values are looked at. @throws TemplateError */
  values(count = 1): void {
    this.#add(count * VALUE);
  }

  /** A text of this length is searched, copied or compared. @throws TemplateError */
  characters(length: number): void {
    this.#add(length);
  }

  /** A text of this length is to be made. @throws TemplateError when it is too long. */
  text(length: number): void {
    if (length > this.limits.text) throw new TemplateError('A text of the template is too long.');
  }

  #add(cost: number): void {
    this.#done += cost;
    if (this.#done > this.limits.steps * STEP) throw new TemplateError('The template takes too many steps.');
  }
}
