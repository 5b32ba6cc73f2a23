import { isBigNumber } from './json-text.js';
import { countStep, renderText, resolve, type Rendering } from './render.js';
import type { Expression } from './syntax.js';
import { isEqual, isNothing, isTrue, numberOf, print, TemplateError, type Value } from './values.js';

const MAX_RANGE = 10_000;
const MAX_TEXT = 10 * 1024 * 1024;

/** The value of an expression. */
export function evaluate(rendering: Rendering, expression: Expression): Value {
  countStep(rendering);
  switch (expression.type) {
    case 'references':
      return resolve(rendering, expression);
    case 'string':
      return expression.isEval ? renderText(rendering, expression.value) : expression.value;
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
      return isEqual(value(left), value(right));
    case '!=':
      return !isEqual(value(left), value(right));
    case 'minus':
      return arithmetic('-', 0, value(left));
    default:
      return arithmetic(operator, value(left), value(right));
  }
}

/** Java's numbers: whole ones stay whole when divided; what cannot be reckoned is null. */
function arithmetic(operator: string, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return operator === '+' ? concatenate(left, right) : null;
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

function concatenate(left: Value, right: Value): Value {
  if (isNothing(left) || isNothing(right)) return null;
  const text = print(left) + print(right);
  if (text.length > MAX_TEXT) throw new TemplateError('A text of the template is too long.');
  return text;
}
