import * as v from 'valibot';
import validations from 'dynalite/validations/index.js';
import { AwsError } from '../../errors.js';
import { createTimeBox, TimeBoxError } from '../../time-box.js';
import { refuseDocumentOperands } from './document-operands.js';
import { validation } from './errors.js';
import { rewordSyntaxError } from './syntax-error.js';

/** AWS's limit for each expression of a request. */
const MAX_EXPRESSION_BYTES = 4096;

/** dynalite's own limit for an item, which is AWS's. */
const MAX_ITEM_BYTES = 400 * 1024;

/**
 * dynalite's grammar for conditions takes about three times as long for each pair of nested brackets, so that twelve
 * pairs would keep this server busy for minutes. From `DEEP` pairs on it is given a limited time.
 */
const DEEP = 3;
const DEEP_PARSE_MS = 1000;

const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
] as const;

/** What every check and operation of dynalite's is told beside its input. */
export const storeOptions = { maxItemSize: MAX_ITEM_BYTES } as const;

/**
 * The input with the members that the operation knows, each of the right type, checked in dynalite's words, which are
 * AWS's.
 * @throws AwsError SerializationException or ValidationException.
 */
export function validate(rules: DynaliteValidation, input: object): object {
  const work = (): object => {
    // A copy: dynalite takes away the members it does not know.
    const known = validations.checkTypes({ ...input }, rules.types);
    const custom: DynaliteValidation['custom'] = (checked, store) => {
      const message = rules.custom?.(checked, store);
      return message && rewordSyntaxError(message, checked);
    };
    validations.checkValidations(known, rules.types, custom, { options: storeOptions });
    refuseDocumentOperands(known);
    return known;
  };
  try {
    return bracketDepth(expressionsOf(input)) < DEEP ? work() : withinTime(work);
  } catch (error) {
    // The checks depend on nothing but the input: where they stumble, it is over a null that they did not expect.
    if (error instanceof TypeError)
      throw validation('One or more parameter values were invalid: unexpected null');
    throw toAwsError(error);
  }
}

/** The checked input as `schema` types it; what dynalite lets pass and the schema does not is the caller's fault as well. */
export function checkedInput<S extends v.GenericSchema>(
  schema: S,
  { rules, input }: { rules: DynaliteValidation; input: object },
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, validate(rules, input));
  if (parsed.success) return parsed.output;
  throw validation(`One or more parameter values were invalid: ${parsed.issues[0].message}`);
}

/** A member that asks for nothing, such as `{ StreamEnabled: false }`. */
const notWanted = v.union([
  v.null(),
  v.strictTuple([]),
  v.strictObject({ StreamEnabled: v.literal(false) }),
  v.strictObject({ Enabled: v.literal(false) }),
]);

/** @throws AwsError ValidationException when `input` asks for something that would be silently left undone. */
export function refuseUnserved(operation: string, members: readonly string[], input: object): void {
  const given = new Map<string, unknown>(Object.entries(input));
  const asked = members.find((member) => given.has(member) && !v.is(notWanted, given.get(member)));
  if (asked !== undefined)
    throw validation(`The local AWS does not serve the parameter ${asked} of ${operation}.`);
}

const dynaliteError = v.object({
  statusCode: v.number(),
  body: v.object({ __type: v.string(), message: v.optional(v.string()), Message: v.optional(v.string()) }),
});

/** DynamoDB has changed these words since dynalite learned them (recorded by others in 2025). */
const OLD_EMPTY_KEY = 'One or more parameter values were invalid: The AttributeValue for a key attribute';
const EMPTY_KEY = 'One or more parameter values are not valid. The AttributeValue for a key attribute';

/** dynalite's error as ours; what is none of dynalite's answers is a bug and stays as it is. */
export function toAwsError(error: unknown): Error {
  if (error instanceof RangeError) return validation('Nesting Levels have exceeded supported limits');
  const parsed = v.safeParse(dynaliteError, error);
  if (!parsed.success) return error instanceof Error ? error : new Error(String(error));
  const { statusCode, body } = parsed.output;
  const code = body.__type.slice(body.__type.indexOf('#') + 1);
  const message = body.message ?? body.Message ?? '';
  return new AwsError({ code, status: statusCode, message: message.replace(OLD_EMPTY_KEY, EMPTY_KEY) });
}

/** @throws AwsError ValidationException when one of the expressions is too long. */
function expressionsOf(input: object): string {
  const members = new Map<string, unknown>(Object.entries(input));
  return EXPRESSIONS.map((name) => {
    const expression = members.get(name);
    if (typeof expression !== 'string') return '';
    const size = Buffer.byteLength(expression);
    if (size <= MAX_EXPRESSION_BYTES) return expression;
    throw validation(
      `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    );
  }).join(' ');
}

function bracketDepth(expression: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of expression) {
    if (character === '(') deepest = Math.max(deepest, ++depth);
    else if (character === ')') depth--;
  }
  return deepest;
}

/** @throws AwsError ValidationException when `work` takes too long. */
function withinTime<T>(work: () => T): T {
  try {
    return createTimeBox()(DEEP_PARSE_MS, work);
  } catch (error) {
    if (!(error instanceof TimeBoxError)) throw error;
    throw validation('The expression is nested too deeply for the local AWS.');
  }
}
