/** The way of a request through the lab, as the places where a deviation can stop it. */
import type { OperationName } from '../operations.js';

export type Stop =
  /** The API and the stage that the URL names. */
  | 'stage'
  /** The stage has such a method at that path. */
  | 'method'
  | 'authorization'
  /** The key, and the plan by which it opens the stage. */
  | 'key'
  /** The plan's rate and burst. */
  | 'rate'
  /** How much the plan lets through in a day, week or month. */
  | 'quota'
  /** API Gateway hands such a body on. */
  | 'body'
  /** It finds a function there, which lets itself be called, and under a role that Lambda may take on. */
  | 'call'
  /** It is the lab's function. */
  | 'function'
  /** Functions in that language are run at all. */
  | 'runtime'
  /** Lambda finds the handler in the code, and can load it. */
  | 'start'
  /** The setting Handler names what the code has; told by the answer, where the code cannot be read. */
  | 'handler'
  /** The code is what it should be, and in a language version in which it runs. */
  | 'code'
  /** Time and memory suffice. */
  | 'capacity'
  /** The function finds in its event what was sent. */
  | 'event'
  /** What the role must grant for the function's own call. */
  | TableAction
  /** The table of that call. */
  | 'table'
  /** The same, where the request names another table than the lab's. */
  | 'other table'
  /** The method has an answer for what the function gives. */
  | 'answer'
  /** What the stage serves is the API as it now is: a state that is not live any more can stop it almost anywhere. */
  | 'deployed';

/** What each of the tutorial's operations asks of DynamoDB. */
export const TABLE_ACTIONS = {
  create: 'dynamodb:PutItem',
  read: 'dynamodb:GetItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  list: 'dynamodb:Scan',
} as const satisfies Partial<Record<OperationName, string>>;

export type TableAction = (typeof TABLE_ACTIONS)[keyof typeof TABLE_ACTIONS];

/** Undefined for echo and ping, which ask nothing of DynamoDB. */
export const actionOf = (operation: OperationName): TableAction | undefined =>
  Object.entries(TABLE_ACTIONS).find(([name]) => name === operation)?.[1];
