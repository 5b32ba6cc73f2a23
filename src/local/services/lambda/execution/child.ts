import type { Measure, RequestFacts } from '../protocol.js';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** This machine could not start it. */
  readonly failure?: Error;
  /** The function's code is nothing that could be started: why, in AWS's words. */
  readonly entrypointFault?: string;
}

/** What a process tells. */
export interface ChildListener {
  /** A log event of the function. */
  line(text: string): void;
  /** Its process was not there from the beginning, and is now. */
  spawned(): void;
  ready(measure: Measure): void;
  initFailed(measure: Measure, error: Buffer): void;
  answered(answer: { failed: boolean; fatal: boolean; measure: Measure; payload: Buffer }): void;
  /** Comes once, and last. */
  ended(how: Ended): void;
}

/** A function's process: the worker of the Node.js runtimes, or a custom runtime's `bootstrap`. */
export interface Child {
  /** What `kill` is to be given: negative for a process with a group of its own; undefined when there is none. */
  readonly target: number | undefined;
  send(facts: RequestFacts, event: Buffer): void;
  /** Ends the process, and those that it started. */
  kill(): void;
  /** Log lines that have no end yet are complete when the invocation is. */
  flushOutput(): void;
}

export interface ChildCommand {
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** The whole environment: nothing of ours is passed on. */
  readonly variables: Readonly<Record<string, string>>;
}
