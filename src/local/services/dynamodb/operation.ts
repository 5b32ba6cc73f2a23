import type { Principal } from '../../identity.js';
import type { World } from '../ports.js';
import type { Sweeper } from './leftovers.js';
import type { Tables } from './state.js';

/** One operation of DynamoDB. Its input is a JSON object and no more: dynalite's checks make it fit. */
export interface DynamoDbOperation {
  /** AWS's name, such as `PutItem`. */
  readonly name: string;
  invoke(input: object, caller: Principal): unknown;
}

/** What the operations on tables work with. */
export interface TableContext {
  readonly world: World;
  readonly tables: Tables;
  readonly sweeper: Sweeper;
}
