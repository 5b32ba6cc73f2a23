import type { Aws } from '../aws/clients.js';
import type { Place } from '../aws/target.js';
import type { Waiting } from '../aws/waiting.js';
import type { Archive } from './archive.js';
import type { Lab } from './lab.js';

/** The bundled handler that is shipped with lab-setup. */
export interface ShippedHandler {
  /** Hex SHA-256 of the bundle. */
  readonly sha256: string;
  /** Its zip, made when first asked for. */
  archive(): Promise<Archive>;
}

/** What every verb of every step is given. */
export interface StepEnv {
  readonly lab: Lab;
  readonly place: Place;
  readonly aws: Aws;
  readonly waiting: Waiting;
  readonly handler: ShippedHandler;
  /** Keeps a copy of what is about to be replaced, and says where; `name` says of what. */
  keepCopy(name: string, content: Uint8Array): Promise<string>;
}
