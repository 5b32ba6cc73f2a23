import type { PolicyStatement } from '../services/ports.js';
import { substitute, valuesOf, type RequestContext } from './context.js';
import { fits, fitsArn } from './wildcard.js';

/** Whether every condition of a statement holds. A statement without conditions holds. */
export function conditionsHold(condition: PolicyStatement['Condition'], context: RequestContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const wanted = values.map((value) => substitute(value, context));
      return holds(operator, wanted, valuesOf(context, key));
    }),
  );
}

type Comparison = (wanted: string, actual: string) => boolean;

/**
 * IAM's condition operators (IAM user guide, "condition operators"). Those that begin with "Not" or hold it are the
 * negation of their twin and are derived from it.
 */
const COMPARISONS: ReadonlyMap<string, Comparison> = table({
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: fits,
  // ArnEquals and ArnLike are the same to IAM.
  ArnEquals: fitsArn,
  ArnLike: fitsArn,
  BinaryEquals: (wanted, actual) => wanted === actual,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: numeric((wanted, actual) => actual === wanted),
  NumericLessThan: numeric((wanted, actual) => actual < wanted),
  NumericLessThanEquals: numeric((wanted, actual) => actual <= wanted),
  NumericGreaterThan: numeric((wanted, actual) => actual > wanted),
  NumericGreaterThanEquals: numeric((wanted, actual) => actual >= wanted),
  DateEquals: date((wanted, actual) => actual === wanted),
  DateLessThan: date((wanted, actual) => actual < wanted),
  DateLessThanEquals: date((wanted, actual) => actual <= wanted),
  DateGreaterThan: date((wanted, actual) => actual > wanted),
  DateGreaterThanEquals: date((wanted, actual) => actual >= wanted),
  IpAddress: inRange,
});

const NEGATIONS: ReadonlyMap<string, string> = table({
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
});

/** Whether IAM knows the operator: `StringLike`, `StringLikeIfExists`, `ForAnyValue:StringLike`, `Null`. */
export function isConditionOperator(name: string): boolean {
  const { base } = readOperator(name);
  return base === 'Null' || COMPARISONS.has(base) || NEGATIONS.has(base);
}

function holds(operator: string, values: readonly string[], actual: readonly string[] | undefined): boolean {
  const { set, base, ifExists } = readOperator(operator);
  if (base === 'Null')
    return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const negated = NEGATIONS.get(base);
  const comparison = COMPARISONS.get(negated ?? base);
  if (!comparison) return false;
  if (actual === undefined) {
    // A missing fact fits nothing; so a negated operator holds, and so do IfExists and the "all of none" of ForAllValues.
    return ifExists || set === 'ForAllValues' || (negated !== undefined && set !== 'ForAnyValue');
  }
  const holdsFor = (one: string): boolean =>
    values.some((value) => comparison(value, one)) === (negated === undefined);
  return set === 'ForAllValues' || (set === '' && negated !== undefined)
    ? actual.every(holdsFor)
    : actual.some(holdsFor);
}

function readOperator(name: string): { set: string; base: string; ifExists: boolean } {
  const [, set = '', base = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  return { set, base, ifExists: suffix !== undefined };
}

/** A map and no object: operators come from callers, and `constructor` is none. */
function table<T>(rows: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(rows));
}

function numeric(compare: (wanted: number, actual: number) => boolean): Comparison {
  return (wanted, actual) => compare(Number(wanted), Number(actual));
}

/** A date is ISO 8601 or epoch seconds. */
function date(compare: (wanted: number, actual: number) => boolean): Comparison {
  const time = (text: string): number =>
    /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return (wanted, actual) => compare(time(wanted), time(actual));
}

/** IPv4 in CIDR form; an address alone counts as /32. */
function inRange(wanted: string, actual: string): boolean {
  const [base = '', width = '32'] = wanted.split('/');
  const [network, address, bits] = [ipv4(base), ipv4(actual), Number(width)];
  if (network === undefined || address === undefined || !(bits >= 0 && bits <= 32)) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(network / size) === Math.floor(address / size);
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
