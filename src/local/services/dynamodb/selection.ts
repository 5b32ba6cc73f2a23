import * as v from 'valibot';

const selectionSchema = v.object({
  Select: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  ProjectionExpression: v.optional(v.unknown()),
  AttributesToGet: v.optional(v.unknown()),
});

/**
 * The rules of Query or Scan with what dynalite does not ask: that `Select` goes together with the rest. Query says it
 * in other words than Scan (answers that moto's tests verified on AWS in 2026).
 */
export function selecting(
  rules: DynaliteValidation,
  prefix: '' | '1 validation error detected: ',
): DynaliteValidation {
  return {
    types: rules.types,
    custom: (input, store) => {
      const message = rules.custom?.(input, store);
      if (message) return message;
      const wrong = contradiction(v.parse(selectionSchema, input));
      return wrong && prefix + wrong;
    },
  };
}

function contradiction({
  Select,
  IndexName,
  ...lists
}: v.InferOutput<typeof selectionSchema>): string | undefined {
  const list = (['ProjectionExpression', 'AttributesToGet'] as const).find(
    (name) => lists[name] !== undefined,
  );
  if (Select === undefined) return undefined;
  if (Select === 'SPECIFIC_ATTRIBUTES') {
    return list === undefined
      ? 'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES'
      : undefined;
  }
  if (list !== undefined) {
    return `Cannot specify the ${list} when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`;
  }
  return Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined
    ? 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName'
    : undefined;
}
