import { evaluate, resolve } from './expression.js';
import { print } from './print.js';
import { lookUp, type Rendering, type RenderingTools } from './rendering.js';
import { sourceOf, type Directive, type Node, type Reference } from './syntax.js';
import { isNothing, isTrue, type Value } from './values.js';
import { TemplateError, Work } from './work.js';

/** Velocity's own limits on loops (also AWS's, aws-facts 7.5) and on macros that call macros. */
const MAX_LOOPS = 1000;
const MAX_MACRO_DEPTH = 20;

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
  const rendering: Rendering = {
    variables,
    scopes: [],
    definitions: new Map(),
    macros: new Map(),
    work: new Work(tools.limits),
    pattern: tools.patterns(),
    renderText: (text) => (/[$#]/.test(text) ? renderNodes(rendering, tools.parse(text)) : text),
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

function renderNodes(rendering: Rendering, nodes: readonly Node[]): string {
  let output = '';
  for (const node of nodes) {
    if (rendering.isBroken) break;
    rendering.work.step();
    output += renderNode(rendering, node);
    rendering.work.text(output.length);
  }
  return output;
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
  if (!isNothing(value)) return print(value, rendering.work);
  const isSilent = reference.leader === '$!' || !isNothing(lookUp(rendering, reference.id));
  return isSilent ? '' : sourceOf(reference);
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
  if (holder instanceof Map) holder.set(print(key, rendering.work), value);
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
  if (list instanceof Map) rendering.work.values(list.size);
  const items: readonly Value[] = list instanceof Map ? [...list.values()] : Array.isArray(list) ? list : [];
  const scope = new Map<string, Value>();
  rendering.scopes.push(scope);
  let output = '';
  for (const [index, item] of items.slice(0, MAX_LOOPS).entries()) {
    scope.set(name, item);
    scope.set('velocityCount', index + 1);
    scope.set('foreach', loopState(index, items.length));
    output += renderNodes(rendering, body);
    rendering.work.text(output.length);
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
