import type { Aws } from '../aws/clients.js';
import type { Place } from '../aws/target.js';
import type { Waiting } from '../aws/waiting.js';
import type { Archive } from './archived.js';
import type { Lab } from './lab.js';

/** The bundled handler that is shipped with lab-setup. */
export interface ShippedHandler {
  /** Hex SHA-256 of the bundle. */
  readonly sha256: string;
  /** Its zip, made when first asked for. */
  archive(): Promise<Archive>;
}

/** What every verb of every step is given. */
export interface StepEnv extends Unplaced {
  readonly place: Place;
}

/**
 * What a look is given. It begins before it is known whose account this is: what is asked by name or by list goes out
 * together with the question who the caller is, and only what needs an ARN waits for the answer.
 */
export interface LookEnv extends Unplaced {
  readonly located: Promise<StepEnv>;
}

/** The environment as far as it is known from the start. */
export interface Unplaced {
  readonly lab: Lab;
  readonly aws: Aws;
  readonly waiting: Waiting;
  readonly handler: ShippedHandler;
  /** Keeps a copy of what is about to be replaced, and says where; `name` says of what. */
  keepCopy(name: string, content: Uint8Array): Promise<string>;
}

/** A look at a place that is known. */
export const placed = (env: StepEnv): LookEnv => ({ ...env, located: Promise.resolve(env) });
