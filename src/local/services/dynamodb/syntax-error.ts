import * as v from 'valibot';
import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';

const PARSERS = {
  ConditionExpression: conditionParser,
  FilterExpression: conditionParser,
  KeyConditionExpression: conditionParser,
  ProjectionExpression: projectionParser,
  UpdateExpression: updateParser,
} as const;

const inExpression = v.pipe(
  v.string(),
  v.regex(/^Invalid \w+Expression: Syntax error; /),
  v.transform((message) => message.slice('Invalid '.length, message.indexOf(':'))),
  v.picklist([
    'ConditionExpression',
    'FilterExpression',
    'KeyConditionExpression',
    'ProjectionExpression',
    'UpdateExpression',
  ]),
);

const failure = v.object({
  name: v.literal('SyntaxError'),
  location: v.object({ start: v.object({ offset: v.number() }) }),
});

/** No names and values are needed to find where an expression goes wrong. */
const context = { isReserved: () => false, compare: () => false };

/**
 * A complaint about an expression's syntax as DynamoDB words it: with the token at which it stumbled and those on
 * both sides, instead of what dynalite's grammar had expected there. Any other message stays as it is.
 */
export function rewordSyntaxError(message: string, input: object): string {
  const name = v.safeParse(inExpression, message);
  if (!name.success) return message;
  const expression = new Map<string, unknown>(Object.entries(input)).get(name.output);
  if (typeof expression !== 'string') return message;
  try {
    PARSERS[name.output].parse(expression, { context });
  } catch (error) {
    const parsed = v.safeParse(failure, error);
    if (parsed.success) {
      return `Invalid ${name.output}: Syntax error; ${stumble(expression, parsed.output.location.start.offset)}`;
    }
  }
  return message;
}

/** Names, `#names` and `:values`, numbers, comparators; anything else is a token of one character. */
const TOKEN = /[#:]?[A-Za-z0-9_]+|<=|>=|<>|\S/g;

function stumble(expression: string, offset: number): string {
  const tokens = [...expression.matchAll(TOKEN)].map(({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
  const at = tokens.findIndex(({ end }) => end > offset);
  const before = at < 0 ? tokens.at(-1) : tokens[at - 1];
  const [token, behind] = at < 0 ? [] : tokens.slice(at, at + 2);
  const near = expression.slice((before ?? token)?.start ?? 0, (behind ?? token ?? before)?.end ?? 0);
  return `token: "${token?.text ?? '<EOF>'}", near: "${near}"`;
}
