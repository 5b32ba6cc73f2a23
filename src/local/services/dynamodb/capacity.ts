import * as v from 'valibot';

const usageSchema = v.object({
  ConsumedCapacity: v.object({ TableName: v.string(), CapacityUnits: v.number() }),
});

/**
 * What the parts of a transaction consumed, table by table. A transaction costs each unit twice: to prepare and to
 * commit (DynamoDB developer guide, "capacity management for transactions").
 */
export function transactionCapacity(
  results: readonly object[],
  options: { kind: 'Read' | 'Write'; detailed: boolean },
): object[] {
  const sums = new Map<string, number>();
  for (const result of results) {
    const { TableName, CapacityUnits } = v.parse(usageSchema, result).ConsumedCapacity;
    sums.set(TableName, (sums.get(TableName) ?? 0) + 2 * CapacityUnits);
  }
  return [...sums].map(([TableName, sum]) => {
    const units = { CapacityUnits: sum, [`${options.kind}CapacityUnits`]: sum };
    return { TableName, ...units, ...(options.detailed && { Table: units }) };
  });
}
