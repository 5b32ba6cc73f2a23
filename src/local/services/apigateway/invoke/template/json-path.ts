import { isBigNumber, jsonArray, type JsonValue } from './json-text.js';
import { TemplateError, Work } from './work.js';

const MAX_PATH = 2048;

type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'places'; readonly places: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'length' }
  | { readonly kind: 'filter'; readonly test: (value: JsonValue) => boolean };

/**
 * What a JSONPath finds, as Jayway's JSONPath has it: a definite path gives the value or nothing, an indefinite one the
 * list of all that it finds. @throws TemplateError for a path that is none.
 */
export function queryJson(document: JsonValue, path: string, work = new Work()): JsonValue | undefined {
  work.step();
  const steps = parsePath(path, work);
  let found: JsonValue[] = [document];
  for (const step of steps) {
    found = found.flatMap((value) => {
      const next = take(value, step, work);
      work.values(next.length + 1);
      return next;
    });
  }
  return steps.every(isDefinite) ? found[0] : jsonArray(found);
}

const isDefinite = (step: Step): boolean =>
  step.kind === 'length' ||
  (step.kind === 'names' && step.names.length === 1) ||
  (step.kind === 'places' && step.places.length === 1);

function take(value: JsonValue, step: Step, work: Work): JsonValue[] {
  switch (step.kind) {
    case 'names':
      return value instanceof Map ? step.names.flatMap((name) => present(value.get(name))) : [];
    case 'places':
      return Array.isArray(value) ? step.places.flatMap((place) => present(value.at(place))) : [];
    case 'slice':
      return Array.isArray(value) ? [...value.slice(step.from, step.to)] : [];
    case 'all':
      return childrenOf(value);
    case 'deep':
      return descendantsOf(value, work);
    case 'length':
      return value instanceof Map ? [value.size] : Array.isArray(value) ? [value.length] : [];
    case 'filter':
      return childrenOf(value).filter(step.test);
  }
}

const present = (value: JsonValue | undefined): JsonValue[] => (value === undefined ? [] : [value]);

function childrenOf(value: JsonValue): JsonValue[] {
  if (value instanceof Map) return [...value.values()];
  return Array.isArray(value) ? [...value] : [];
}

/** The value itself and everything below it. */
function descendantsOf(value: JsonValue, work: Work): JsonValue[] {
  const all = [value];
  for (const each of all) {
    const children = childrenOf(each);
    work.values(children.length + 1);
    for (const child of children) all.push(child);
  }
  return all;
}

function parsePath(path: string, work: Work): Step[] {
  work.characters(path.length * 8);
  if (path.length > MAX_PATH) throw new TemplateError('The JSONPath is too long.');
  const text = path.trim().replace(/^\$/, '');
  const source = text === '' || /^[.[]/.test(text) ? text : `.${text}`;
  const token =
    /(\.\.)?(?:\.?\[((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\]'"])*)\]|\.?(\*|[^.[\]()]+)(\(\))?)/y;
  const steps: Step[] = [];
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    if (!match) throw new TemplateError(`The JSONPath ${path} is not valid.`);
    const [, deep, bracket, name, call] = match;
    if (deep !== undefined) steps.push({ kind: 'deep' });
    if (bracket !== undefined) steps.push(parseBracket(bracket.trim(), work));
    else if (call !== undefined) steps.push(parseFunction(name ?? ''));
    else steps.push(name === '*' ? { kind: 'all' } : { kind: 'names', names: [name ?? ''] });
  }
  return steps;
}

function parseFunction(name: string): Step {
  if (name === 'length' || name === 'size') return { kind: 'length' };
  throw new TemplateError(`The JSONPath function ${name}() is not served by the local AWS.`);
}

function parseBracket(text: string, work: Work): Step {
  if (text === '*') return { kind: 'all' };
  if (
    /^(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*$/.test(text)
  ) {
    const names = text.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
    return { kind: 'names', names: names.map(unquoted) };
  }
  if (/^-?\d+(?:\s*,\s*-?\d+)*$/.test(text)) return { kind: 'places', places: text.split(',').map(Number) };
  const slice = /^(-?\d+)?\s*:\s*(-?\d+)?$/.exec(text);
  if (slice) return { kind: 'slice', from: optionalNumber(slice[1]), to: optionalNumber(slice[2]) };
  const filter = /^\?\s*\(([\s\S]*)\)$/.exec(text)?.[1];
  if (filter !== undefined) return { kind: 'filter', test: parseFilter(filter, work) };
  throw new TemplateError(`The JSONPath part [${text}] is not valid.`);
}

const unquoted = (literal: string): string => literal.slice(1, -1).replace(/\\(.)/g, '$1');

const optionalNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** `@.a.b`, `@.a == 'x'` and their like, joined by `&&` and `||`. */
function parseFilter(text: string, work: Work): (value: JsonValue) => boolean {
  const anyOf = text.split('||').map((part) => part.split('&&').map((each) => parseComparison(each, work)));
  return (value) => anyOf.some((allOf) => allOf.every((test) => test(value)));
}

function parseComparison(text: string, work: Work): (value: JsonValue) => boolean {
  const match =
    /^\s*@((?:\.[\w-]+|\['[^']*'\])*)\s*(?:(==|!=|<=|>=|<|>)\s*('[^']*'|"[^"]*"|-?[\d.]+|true|false|null))?\s*$/.exec(
      text,
    );
  if (!match) throw new TemplateError(`The JSONPath filter ${text} is not served by the local AWS.`);
  const [, path = '', operator, literal = ''] = match;
  const wanted = parseLiteral(literal);
  return (value) => {
    const found = queryJson(value, `$${path}`, work);
    return operator === undefined ? found !== undefined : compare(plain(found), operator, wanted);
  };
}

type Literal = string | number | boolean | null;

function parseLiteral(text: string): Literal {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  if (text === 'null' || text === '') return null;
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}

const plain = (value: JsonValue | undefined): Literal | undefined => {
  if (isBigNumber(value)) return Number(value.digits);
  return typeof value === 'object' && value !== null ? undefined : value;
};

function compare(left: Literal | undefined, operator: string, right: Literal): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== typeof right || left === null || right === null || left === undefined) return false;
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}
