import { isBigNumber } from './json-text.js';
import { callMethod } from './methods.js';
import { isEqual, print } from './print.js';
import { lookUp, type Rendering } from './rendering.js';
import type { Expression, Reference } from './syntax.js';
import { isHost, isNothing, isTrue, numberOf, type Value } from './values.js';
import { TemplateError, type Work } from './work.js';

const MAX_RANGE = 10_000;

/** The value of an expression. */
export function evaluate(rendering: Rendering, expression: Expression): Value {
  rendering.work.step();
  switch (expression.type) {
    case 'references':
      return resolve(rendering, expression);
    case 'string':
      return expression.isEval ? rendering.renderText(expression.value) : expression.value;
    case 'integer':
      return Number(expression.value);
    case 'decimal':
      return double(Number(expression.value));
    case 'bool':
      return expression.value === 'null' ? null : expression.value === 'true';
    case 'runt':
      return expression.value;
    case 'array':
      return expression.isRange
        ? range(rendering, expression.value)
        : expression.value.map((each) => element(rendering, each));
    case 'map':
      return new Map(
        Object.entries(expression.value ?? {}).map(([key, each]) => [key, evaluate(rendering, each)]),
      );
    case 'math':
      return calculate(rendering, expression.operator, expression.expression);
  }
}

function element(rendering: Rendering, each: Expression | string | number): Value {
  return typeof each === 'object' ? evaluate(rendering, each) : Number(each);
}

function range(rendering: Rendering, bounds: readonly (Expression | string | number)[]): Value[] {
  const [from, to] = bounds.map((bound) => numberOf(element(rendering, bound)));
  if (from === undefined || to === undefined || Number.isNaN(from + to)) return [];
  const length = Math.abs(to - from) + 1;
  if (length > MAX_RANGE) throw new TemplateError('The range is too long.');
  rendering.work.values(length);
  return Array.from({ length }, (_, index) => (to >= from ? from + index : from - index));
}

function calculate(rendering: Rendering, operator: string, [left, right]: readonly Expression[]): Value {
  const value = (expression: Expression | undefined): Value => expression && evaluate(rendering, expression);
  switch (operator) {
    case 'parenthesis':
      return value(left);
    case 'not':
      return !isTrue(value(left));
    case '&&':
      return isTrue(value(left)) && isTrue(value(right));
    case '||':
      return isTrue(value(left)) || isTrue(value(right));
    case '==':
      return isEqual(value(left), value(right), rendering.work);
    case '!=':
      return !isEqual(value(left), value(right), rendering.work);
    case 'minus':
      return arithmetic('-', { left: 0, right: value(left), work: rendering.work });
    default:
      return arithmetic(operator, { left: value(left), right: value(right), work: rendering.work });
  }
}

/** Java's numbers: whole ones stay whole when divided; what cannot be reckoned is null. */
function arithmetic(
  operator: string,
  { left, right, work }: { left: Value; right: Value; work: Work },
): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return operator === '+' ? concatenate(left, right, work) : null;
  const isInteger = isWhole(left) && isWhole(right);
  const result = (value: number): Value => (isInteger ? Math.trunc(value) : double(value));
  switch (operator) {
    case '+':
      return result(a + b);
    case '-':
      return result(a - b);
    case '*':
      return result(a * b);
    case '/':
      return b === 0 ? null : result(a / b);
    case '%':
      return b === 0 ? null : result(a % b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return null;
  }
}

/** A double shows that it is one: `4.0`. */
const double = (value: number): Value => (Number.isInteger(value) ? { digits: value.toFixed(1) } : value);

const isWhole = (value: Value): boolean =>
  isBigNumber(value) ? /^-?\d+$/.test(value.digits) : Number.isInteger(value);

function concatenate(left: Value, right: Value, work: Work): Value {
  if (isNothing(left) || isNothing(right)) return null;
  const [first, second] = [print(left, work), print(right, work)];
  work.text(first.length + second.length);
  return first + second;
}

/** What a reference stands for. */
export function resolve(rendering: Rendering, { id, path = [] }: Reference): Value {
  let value = lookUp(rendering, id);
  for (const attribute of path) {
    rendering.work.step();
    if (isNothing(value)) return undefined;
    if (attribute.type === 'property') value = memberOf(value, attribute.id, rendering.work);
    else if (attribute.type === 'index') {
      value = memberOf(value, evaluate(rendering, attribute.id), rendering.work);
    } else {
      const parameters = (attribute.args || []).map((each) => evaluate(rendering, each));
      value = callMethod(rendering, value, attribute.id, parameters);
    }
  }
  return value;
}

function memberOf(value: Value, key: Value, work: Work): Value {
  if (value instanceof Map) return value.get(print(key, work));
  if (Array.isArray(value)) return typeof key === 'number' ? value.at(key) : undefined;
  return isHost(value) ? value.property(print(key, work)) : undefined;
}
