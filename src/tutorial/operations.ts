/** What the tutorial sends to its function, as it prints it. */

/** The event of the console test in step 2. */
export const ECHO_EVENT = {
  operation: 'echo',
  payload: { somekey1: 'somevalue1', somekey2: 'somevalue2' },
} as const;

/** The tutorial's item: what its reader creates through the endpoint, and then looks for in the table. */
const ITEM = { id: '1234ABCD', number: 5 };

/** An event of the function. */
export interface LabEvent {
  readonly operation: OperationName;
  readonly tableName?: string;
  readonly payload?: unknown;
}

export const OPERATION_NAMES = ['create', 'read', 'update', 'delete', 'list', 'echo', 'ping'] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Which operations have a use for what the caller may choose; what others are given would be lost without a word. */
export const TAKEN_BY = {
  table: ['create', 'read', 'update', 'delete', 'list'],
  id: ['create', 'read', 'update', 'delete'],
  set: ['create', 'update'],
  payload: ['create', 'read', 'update', 'delete', 'list', 'echo'],
} as const satisfies Readonly<Record<string, readonly OperationName[]>>;

/** What the caller may choose of an event; what is left out is as in the tutorial. */
export interface EventOptions {
  readonly tableName: string;
  /** The item's key. */
  readonly id?: string | undefined;
  /** Attributes to write. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** The whole payload, instead of one that is made from `id` and `set`. */
  readonly payload?: unknown;
}

/** The event of an operation; without options the tutorial's own example. */
export function eventOf(operation: OperationName, options: EventOptions): LabEvent {
  const { tableName } = options;
  switch (operation) {
    case 'ping':
      return { operation };
    case 'echo':
      return { operation, payload: chosen(options, ECHO_EVENT.payload) };
    case 'create':
    case 'read':
    case 'update':
    case 'delete':
    case 'list':
      return { operation, tableName, payload: chosen(options, tablePayload(operation, options)) };
  }
}

/** The caller's own payload, which may be `null` too, as JSON may. */
const chosen = ({ payload }: EventOptions, usual: unknown): unknown =>
  payload === undefined ? usual : payload;

function tablePayload(
  operation: 'create' | 'read' | 'update' | 'delete' | 'list',
  { id = ITEM.id, set }: EventOptions,
): unknown {
  switch (operation) {
    case 'create':
      return { Item: { id, ...(set ?? { number: ITEM.number }) } };
    case 'read':
    case 'delete':
      return { Key: { id } };
    case 'update':
      return { Key: { id }, ...updateExpression(set ?? { number: ITEM.number + 1 }) };
    case 'list':
      return {};
  }
}

/** Every name goes through a placeholder: `number`, the tutorial's own attribute, is a reserved word of DynamoDB. */
function updateExpression(set: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(set);
  return {
    UpdateExpression: `SET ${entries.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
    ReturnValues: 'ALL_NEW',
  };
}
