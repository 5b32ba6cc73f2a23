import * as v from 'valibot';
import { validation } from './errors.js';

/** A part of a condition as dynalite's parser leaves it; a path is a list, a value an object with its type as the key. */
const partSchema = v.object({ type: v.string(), name: v.optional(v.string()), args: v.array(v.unknown()) });

const checkedSchema = v.object({
  _condition: v.optional(v.object({ expression: v.unknown() })),
  _filter: v.optional(v.object({ expression: v.unknown() })),
});

/** The types of values that an operator asks about in vain: dynalite takes no two lists or maps for equal. */
const UNSERVED: ReadonlyMap<string, readonly string[]> = new Map([
  ['=', ['L', 'M']],
  ['<>', ['L', 'M']],
  ['in', ['L', 'M']],
  ['contains', ['L', 'M', 'BOOL', 'NULL']],
]);

/**
 * Looks through the conditions of an input that dynalite has checked.
 * @throws AwsError ValidationException for one that dynalite would answer wrongly.
 */
export function refuseDocumentOperands(checked: object): void {
  const { _condition, _filter } = v.parse(checkedSchema, checked);
  refuse('ConditionExpression', _condition?.expression);
  refuse('FilterExpression', _filter?.expression);
}

function refuse(member: string, part: unknown): void {
  if (!v.is(partSchema, part)) return;
  const operator = part.name ?? part.type;
  const unserved = UNSERVED.get(operator) ?? [];
  for (const [index, operand] of part.args.entries()) {
    // A list that is searched, as in contains(:ids, id), is served.
    const isSearched = operator === 'contains' && index === 0;
    const isOf = (type: string): boolean =>
      typeof operand === 'object' && operand !== null && type in operand;
    const type = isSearched ? undefined : unserved.find(isOf);
    if (type !== undefined) {
      throw validation(
        `Invalid ${member}: The local AWS does not serve ${operator.toUpperCase()} with an operand of type ${type}.`,
      );
    }
    refuse(member, operand);
  }
}
