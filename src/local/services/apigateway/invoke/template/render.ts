import { evaluate } from './expression.js';
import { callMethod } from './methods.js';
import { sourceOf, type Directive, type Node, type Reference, type TemplateParser } from './syntax.js';
import type { JavaPatterns } from '../java-regex.js';
import { isHost, isNothing, isTrue, print, TemplateError, type Value } from './values.js';

/** Velocity's own limits on loops (also AWS's, aws-facts 7.5) and on macros that call macros. */
const MAX_LOOPS = 1000;
const MAX_MACRO_DEPTH = 20;
/** Beyond any honest template: loops in loops end here. */
const MAX_STEPS = 100_000;
/** A request or response of API Gateway (aws-facts 7.6). */
const MAX_OUTPUT = 10 * 1024 * 1024;

interface Macro {
  readonly parameters: readonly string[];
  readonly body: readonly Node[];
}

/** What renderings share. */
export interface RenderingTools {
  readonly parse: TemplateParser;
  readonly patterns: JavaPatterns;
}

/** One rendering under way. */
export interface Rendering {
  readonly variables: Map<string, Value>;
  readonly tools: RenderingTools;
  /** The variables of the loops and macros that we are in, the innermost last. */
  readonly scopes: Map<string, Value>[];
  readonly definitions: Map<string, readonly Node[]>;
  readonly macros: Map<string, Macro>;
  steps: number;
  isBroken: boolean;
}

/**
 * Renders a mapping template, parsed by velocityjs, as Velocity 1.7 would in Java: its truth, its arithmetic, the
 * methods of Java's strings, lists and maps, and nothing of JavaScript within reach of a template.
 * @throws TemplateError when the template is wrong or does not come to an end.
 */
export function renderTemplate(
  template: string,
  variables: Map<string, Value>,
  tools: RenderingTools,
): string {
  const rendering = {
    variables,
    tools,
    scopes: [],
    definitions: new Map(),
    macros: new Map(),
    steps: 0,
    isBroken: false,
  };
  try {
    return renderNodes(rendering, tools.parse(template));
  } catch (cause) {
    // Something within something within something, or a text beyond all bounds.
    if (cause instanceof RangeError) throw new TemplateError('The template asks for too much.', { cause });
    throw cause;
  }
}

export function renderNodes(rendering: Rendering, nodes: readonly Node[]): string {
  let output = '';
  for (const node of nodes) {
    if (rendering.isBroken) break;
    countStep(rendering);
    output += renderNode(rendering, node);
    if (output.length > MAX_OUTPUT) throw new TemplateError('The template prints too much.');
  }
  return output;
}

/** Counts the work done. @throws TemplateError when it becomes too much. */
export function countStep(rendering: Rendering, steps = 1): void {
  rendering.steps += steps;
  if (rendering.steps > MAX_STEPS) throw new TemplateError('The template takes too many steps.');
}

function renderNode(rendering: Rendering, node: Node): string {
  if (typeof node === 'string') return node;
  if (isBlock(node)) return renderBlock(rendering, node);
  switch (node.type) {
    case 'references':
      return renderReference(rendering, node);
    case 'set':
      assign(rendering, ...node.equal);
      return '';
    case 'break':
      rendering.isBroken = true;
      return '';
    case 'macro_call':
      return callMacro(
        rendering,
        node.id,
        (node.args || []).map((each) => evaluate(rendering, each)),
      );
    case 'raw':
      return node.value;
    default:
      return '';
  }
}

const isBlock = (node: Node): node is readonly Node[] => Array.isArray(node);

/** A name that does not exist prints as it stands; nothing inside of something that exists prints as nothing. */
function renderReference(rendering: Rendering, reference: Reference): string {
  const definition = rendering.definitions.get(reference.id);
  if (definition && !reference.path) return renderNodes(rendering, definition);
  const value = resolve(rendering, reference);
  if (!isNothing(value)) return print(value);
  const isSilent = reference.leader === '$!' || !isNothing(lookUp(rendering, reference.id));
  return isSilent ? '' : sourceOf(reference);
}

export function lookUp({ scopes, variables }: Rendering, name: string): Value {
  return (scopes.findLast((scope) => scope.has(name)) ?? variables).get(name);
}

/** What a reference stands for. */
export function resolve(rendering: Rendering, { id, path = [] }: Reference): Value {
  let value = lookUp(rendering, id);
  for (const attribute of path) {
    countStep(rendering);
    if (isNothing(value)) return undefined;
    if (attribute.type === 'property') value = memberOf(value, attribute.id);
    else if (attribute.type === 'index') value = memberOf(value, evaluate(rendering, attribute.id));
    else {
      const parameters = (attribute.args || []).map((each) => evaluate(rendering, each));
      value = callMethod(rendering, value, attribute.id, parameters);
    }
  }
  return value;
}

function memberOf(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(print(key));
  if (Array.isArray(value)) return typeof key === 'number' ? value.at(key) : undefined;
  return isHost(value) ? value.property(print(key)) : undefined;
}

/** `#set`: Velocity 1.7 leaves a variable as it is when the value is null. */
function assign(rendering: Rendering, target: Reference, source: Parameters<typeof evaluate>[1]): void {
  const value = evaluate(rendering, source);
  if (isNothing(value)) return;
  const { path = [] } = target;
  const last = path.at(-1);
  if (!last) {
    const scope = rendering.scopes.findLast((each) => each.has(target.id)) ?? rendering.variables;
    scope.set(target.id, value);
    return;
  }
  const holder = resolve(rendering, { ...target, path: path.slice(0, -1) });
  const key = last.type === 'index' ? evaluate(rendering, last.id) : last.id;
  if (holder instanceof Map) holder.set(print(key), value);
  else if (Array.isArray(holder) && typeof key === 'number' && key >= 0 && key < holder.length) {
    holder[key] = value;
  }
}

function renderBlock(rendering: Rendering, [head, ...body]: readonly Node[]): string {
  if (head === undefined || typeof head === 'string' || isBlock(head) || head.type === 'references') {
    return renderNodes(rendering, head === undefined ? body : [head, ...body]);
  }
  switch (head.type) {
    case 'if':
      return renderNodes(rendering, chooseBranch(rendering, [head, ...body]));
    case 'foreach':
      return renderLoop(rendering, head.to, evaluate(rendering, head.from), body);
    case 'define':
      rendering.definitions.set(head.id, body);
      return '';
    case 'macro':
      rendering.macros.set(head.id, { parameters: (head.args || []).map(({ id }) => id), body });
      return '';
    default:
      return renderNodes(rendering, body);
  }
}

/** The nodes after the first condition that holds, up to the next. */
function chooseBranch(rendering: Rendering, nodes: readonly Node[]): readonly Node[] {
  const isHead = (node: Node): boolean => isDirective(node) && ['if', 'elseif', 'else'].includes(node.type);
  const start = nodes.findIndex(
    (node) =>
      isDirective(node) &&
      (node.type === 'else' ||
        ((node.type === 'if' || node.type === 'elseif') && isTrue(evaluate(rendering, node.condition)))),
  );
  if (start < 0) return [];
  const branch = nodes.slice(start + 1);
  const end = branch.findIndex(isHead);
  return end < 0 ? branch : branch.slice(0, end);
}

const isDirective = (node: Node): node is Directive =>
  typeof node !== 'string' && !isBlock(node) && node.type !== 'references';

function renderLoop(rendering: Rendering, name: string, list: Value, body: readonly Node[]): string {
  const items: readonly Value[] = list instanceof Map ? [...list.values()] : Array.isArray(list) ? list : [];
  const scope = new Map<string, Value>();
  rendering.scopes.push(scope);
  let output = '';
  for (const [index, item] of items.slice(0, MAX_LOOPS).entries()) {
    scope.set(name, item);
    scope.set('velocityCount', index + 1);
    scope.set('foreach', loopState(index, items.length));
    output += renderNodes(rendering, body);
    if (output.length > MAX_OUTPUT) throw new TemplateError('The template prints too much.');
    if (rendering.isBroken) break;
  }
  rendering.isBroken = false;
  rendering.scopes.pop();
  return output;
}

const loopState = (index: number, length: number): Map<string, Value> =>
  new Map<string, Value>([
    ['index', index],
    ['count', index + 1],
    ['hasNext', index + 1 < length],
    ['first', index === 0],
    ['last', index + 1 === length],
  ]);

function callMacro(rendering: Rendering, name: string, values: readonly Value[]): string {
  const macro = rendering.macros.get(name);
  if (!macro) return '';
  if (rendering.scopes.length >= MAX_MACRO_DEPTH) throw new TemplateError('Macros are nested too deeply.');
  rendering.scopes.push(new Map(macro.parameters.map((parameter, index) => [parameter, values[index]])));
  const output = renderNodes(rendering, macro.body);
  rendering.scopes.pop();
  return output;
}

/** The text of a double-quoted string: its references are rendered. */
export const renderText = (rendering: Rendering, text: string): string =>
  /[$#]/.test(text) ? renderNodes(rendering, rendering.tools.parse(text)) : text;
