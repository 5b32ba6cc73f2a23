import * as v from 'valibot';
import { parse } from 'velocityjs';
import { recordOf } from '../../../../record-of.js';
import { TimeBoxError, type TimeBox } from '../../../../time-box.js';
import { TemplateError } from './work.js';

/** The trees that velocityjs makes of a template, as far as they are used here. */
export interface Reference {
  readonly type: 'references';
  readonly id: string;
  readonly leader?: string | undefined;
  readonly isWraped?: boolean | undefined;
  readonly path?: readonly Attribute[] | undefined;
}

export type Attribute =
  | {
      readonly type: 'method';
      readonly id: string;
      readonly args?: false | readonly Expression[] | undefined;
    }
  | { readonly type: 'index'; readonly id: Expression }
  | { readonly type: 'property'; readonly id: string };

export type Expression =
  | Reference
  | { readonly type: 'string'; readonly value: string; readonly isEval?: boolean | undefined }
  | { readonly type: 'integer' | 'decimal'; readonly value: string | number }
  | { readonly type: 'bool'; readonly value: string }
  | { readonly type: 'runt'; readonly value: string }
  | {
      readonly type: 'array';
      readonly value: readonly (Expression | string | number)[];
      readonly isRange?: boolean | undefined;
    }
  | { readonly type: 'map'; readonly value?: Readonly<Record<string, Expression>> | undefined }
  | { readonly type: 'math'; readonly expression: readonly Expression[]; readonly operator: string };

export type Directive =
  | { readonly type: 'set'; readonly equal: readonly [Reference, Expression] }
  | { readonly type: 'if' | 'elseif'; readonly condition: Expression }
  | { readonly type: 'else' | 'break' | 'noescape' | 'comment' | 'end' }
  | { readonly type: 'foreach'; readonly to: string; readonly from: Expression }
  | { readonly type: 'define'; readonly id: string }
  | { readonly type: 'macro'; readonly id: string; readonly args?: false | readonly Reference[] | undefined }
  | {
      readonly type: 'macro_call' | 'macro_body';
      readonly id: string;
      readonly args?: false | readonly Expression[] | undefined;
    }
  | { readonly type: 'raw'; readonly value: string };

/** Text, something printed, a directive, or a block: its directive and what stands up to its `#end`. */
export type Node = string | Reference | Directive | readonly Node[];

const reference: v.GenericSchema<unknown, Reference> = v.lazy(() =>
  v.object({
    type: v.literal('references'),
    id: v.string(),
    leader: v.optional(v.string()),
    isWraped: v.optional(v.boolean()),
    path: v.optional(v.array(attribute)),
  }),
);

const parameters = v.optional(v.union([v.literal(false), v.array(v.lazy(() => expression))]));

const attribute: v.GenericSchema<unknown, Attribute> = v.lazy(() =>
  v.variant('type', [
    v.object({ type: v.literal('method'), id: v.string(), args: parameters }),
    v.object({ type: v.literal('index'), id: expression }),
    v.object({ type: v.literal('property'), id: v.string() }),
  ]),
);

const expression: v.GenericSchema<unknown, Expression> = v.lazy(() =>
  v.union([
    reference,
    v.variant('type', [
      v.object({ type: v.literal('string'), value: v.string(), isEval: v.optional(v.boolean()) }),
      v.object({ type: v.picklist(['integer', 'decimal']), value: v.union([v.string(), v.number()]) }),
      v.object({ type: v.literal('bool'), value: v.string() }),
      v.object({ type: v.literal('runt'), value: v.string() }),
      v.object({
        type: v.literal('array'),
        value: v.array(v.union([v.string(), v.number(), expression])),
        isRange: v.optional(v.boolean()),
      }),
      v.object({ type: v.literal('map'), value: v.optional(recordOf(v.string(), expression)) }),
      v.object({ type: v.literal('math'), expression: v.array(expression), operator: v.string() }),
    ]),
  ]),
);

const directive = v.variant('type', [
  v.object({ type: v.literal('set'), equal: v.tuple([reference, expression]) }),
  v.object({ type: v.picklist(['if', 'elseif']), condition: expression }),
  v.object({ type: v.picklist(['else', 'break', 'noescape', 'comment', 'end']) }),
  v.object({ type: v.literal('foreach'), to: v.string(), from: expression }),
  v.object({ type: v.literal('define'), id: v.string() }),
  v.object({
    type: v.literal('macro'),
    id: v.string(),
    args: v.optional(v.union([v.literal(false), v.array(reference)])),
  }),
  v.object({ type: v.picklist(['macro_call', 'macro_body']), id: v.string(), args: parameters }),
  v.object({ type: v.literal('raw'), value: v.string() }),
]);

const node: v.GenericSchema<unknown, Node> = v.lazy(() =>
  v.union([v.string(), reference, directive, v.array(node)]),
);

const template = v.array(node);

/** Reads a template. @throws TemplateError when it is none. */
export type TemplateParser = (text: string) => readonly Node[];

const MAX_KEPT = 500;
/** The parser's work grows with the square of a template's length; honest ones take a few milliseconds. */
const MAX_PARSE_MS = 1500;

/** A parser that keeps what it has read, and what it could not read. */
export function createParser(timeBox: TimeBox, maxParseMs = MAX_PARSE_MS): TemplateParser {
  const known = new Map<string, readonly Node[] | TemplateError>();
  return (text) => {
    if (known.size >= MAX_KEPT) known.clear();
    const template = known.get(text) ?? parseTemplate(text, timeBox, maxParseMs);
    known.set(text, template);
    if (template instanceof TemplateError) throw template;
    return template;
  };
}

function parseTemplate(text: string, timeBox: TimeBox, maxParseMs: number): readonly Node[] | TemplateError {
  let tree: unknown;
  try {
    tree = timeBox(maxParseMs, () => parse(text));
  } catch (cause) {
    const problem = cause instanceof TimeBoxError ? 'takes too long to read' : 'cannot be parsed';
    return new TemplateError(`The template ${problem}.`, { cause });
  }
  const parsed = v.safeParse(template, tree);
  return parsed.success
    ? parsed.output
    : new TemplateError('The template uses something that the local AWS does not serve.');
}

/** A reference as it stands in the template: Velocity prints it so when its variable does not exist. */
export function sourceOf({ leader = '$', isWraped, id, path = [] }: Reference): string {
  const text = id + path.map(attributeSource).join('');
  return isWraped ? `${leader}{${text}}` : leader + text;
}

function attributeSource(attribute: Attribute): string {
  if (attribute.type === 'property') return `.${attribute.id}`;
  if (attribute.type === 'index') return `[${expressionSource(attribute.id)}]`;
  return `.${attribute.id}(${(attribute.args || []).map(expressionSource).join(',')})`;
}

function expressionSource(each: Expression): string {
  switch (each.type) {
    case 'references':
      return sourceOf(each);
    case 'string':
      return each.isEval ? `"${each.value}"` : `'${each.value}'`;
    case 'integer':
    case 'decimal':
    case 'bool':
    case 'runt':
      return String(each.value);
    default:
      return '…';
  }
}
