import type { Clock } from '../aws/waiting.js';
import type { Home } from './home.js';
import type { Package } from './package.js';
import type { Screen } from './screen.js';

/** What main.ts reads from the process, once, and passes on as values. */
export interface Edge {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: Home;
  readonly package: Package;
  /** The version of Node.js that runs this, such as `20.19.4`. */
  readonly nodeVersion: string;
  readonly screen: Screen;
  /** Where questions are asked and a spinner turns; its input may be a file too. Opened when it is asked for: that takes a millisecond. */
  readonly terminal: () => { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
  readonly clock: Clock;
  /** Aborted by Ctrl-C, or by SIGTERM. */
  readonly signal: AbortSignal;
}
