/**
 * What the local AWS uses of dynalite 4.0.0, which brings no types: its checks of the input (`validations/`) and its
 * item operations (`actions/`). Its HTTP server and, but for the parsers, its database layer (`db/`) are not used: the layer reads account and
 * region from the environment, leaves an iterator open after every Scan, and a fault inside it ends the process.
 */

/** A rule of dynalite's for one member of an input. */
interface DynaliteRule {
  readonly type?: string;
  readonly notNull?: boolean;
  readonly lengthGreaterThanOrEqual?: number;
  readonly lengthLessThanOrEqual?: number;
  readonly enum?: readonly string[];
  readonly children?: string | DynaliteRule | Readonly<Record<string, DynaliteRule | string>>;
}

/** A module of `validations/`: the members an operation knows, and checks that need more than one of them. */
interface DynaliteValidation {
  readonly types: Readonly<Record<string, DynaliteRule>>;
  readonly custom?: (input: object, store: object) => string | null | undefined;
}

type DynaliteCallback<T> = (error?: unknown, result?: T) => void;

/** The slice of a database that dynalite's item operations read and write. */
interface DynaliteItems {
  get(key: string, callback: DynaliteCallback<unknown>): void;
  put(key: string, value: unknown, callback: DynaliteCallback<void>): void;
  del(key: string, callback: DynaliteCallback<void>): void;
  lock(key: string, work: (release: <F>(callback: F) => F) => void): void;
  createValueStream(range: DynaliteRange): NodeJS.EventEmitter;
}

interface DynaliteRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What dynalite's item operations ask of their store. */
interface DynaliteStore {
  readonly options: { readonly maxItemSize: number };
  /** The table's definition, in the members of CreateTable. */
  getTable(name: string, callback: DynaliteCallback<object>): void;
  getItemDb(tableName: string): DynaliteItems;
  getIndexDb(kind: string, tableName: string, indexName: string): DynaliteItems;
}

type DynaliteAction = (store: DynaliteStore, input: object, callback: DynaliteCallback<object>) => void;

declare module 'dynalite/validations/index.js' {
  const validations: {
    /** A copy of `input` with the members that `types` knows. @throws an error with `statusCode` and `body`. */
    checkTypes(input: object, types: Readonly<Record<string, DynaliteRule>>): object;
    /** @throws an error with `statusCode` and `body`. */
    checkValidations(
      input: object,
      types: DynaliteValidation['types'],
      custom: DynaliteValidation['custom'],
      store: object,
    ): void;
  };
  export = validations;
}

declare module 'dynalite/validations/*.js' {
  const validation: DynaliteValidation;
  export = validation;
}

declare module 'dynalite/db/*.js' {
  /** Of the three that are used: the parsers of expressions. */
  const parser: {
    /** @throws an error with `name` and `location` where the text is not of the grammar. */
    parse(text: string, options: { context: object }): unknown;
  };
  export = parser;
}

declare module 'dynalite/actions/*.js' {
  const action: DynaliteAction;
  export = action;
}
