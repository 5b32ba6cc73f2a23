import type { Difference, Stranger } from '../tutorial/step.js';

/** What can be said of a step when a command is done with it. */
export type Outcome =
  | 'created'
  | 'unchanged'
  | 'repaired'
  | 'removed'
  | 'absent'
  | 'kept'
  | 'in-order'
  | 'missing'
  | 'drifted'
  | 'by-hand'
  | 'failed'
  | 'skipped';

/** One line of a report. */
export interface StepReport {
  readonly number: number;
  readonly id: string;
  /** The thing's name, such as `lambda-apigateway-role`. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly differences: readonly Difference[];
  /** How long it took. */
  readonly ms: number;
  readonly remark?: string | undefined;
  /** What is otherwise than in the tutorial, and no fault. */
  readonly tolerated?: readonly Difference[] | undefined;
  /** Whose a thing is that was kept, where it is another lab's. */
  readonly owner?: string | undefined;
  /** What stood beside a thing that was removed, and stays. */
  readonly left?: readonly Stranger[] | undefined;
  /** Present when the outcome is `failed`. */
  readonly error?: unknown;
}

/** What the engine tells while it works; it never prints. */
export type EngineEvent =
  | { readonly kind: 'started'; readonly step: string }
  | { readonly kind: 'note'; readonly step: string; readonly text: string }
  | { readonly kind: 'finished'; readonly report: StepReport };

export type Listener = (event: EngineEvent) => void;
