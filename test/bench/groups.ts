import type { Row } from './row.js';
import { gateway } from './gateway.js';
import { growth } from './growth.js';
import { handler } from './handler.js';
import { lists } from './lists.js';
import { localAws } from './local-aws.js';
import { rounds } from './rounds.js';
import { startUp } from './start-up.js';

/** Measures what belongs together and gives its rows. Leaves nothing behind: no process, no file. */
export type Group = () => Promise<readonly Row[]>;

/** What `npm run bench -- NAME` can run; without a name all of them, one after another. */
export const GROUPS: Readonly<Record<string, Group>> = {
  'start-up': startUp,
  'local-aws': localAws,
  handler,
  gateway,
  rounds,
  growth,
  lists,
};
