/** One lab stands through all rows: each damages it, and `up` must bring it back exactly. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Op, PatchOperation } from '@aws-sdk/client-api-gateway';
import { allSteps, outcomes } from './lab.js';
import { startTestAws, type TestAws } from './local-aws.js';
import { faultsIn, standing, standLab, type Standing } from './standing-lab.js';

export type Change = (lab: Standing) => Promise<unknown>;

/** What is done behind the lab's back, how, what `status` then says, and the calls by which `up` puts it right. */
export type Row = readonly [
  what: string,
  change: Change,
  faults: readonly string[],
  writes: readonly string[],
];

/** One change, as API Gateway's updates take it. */
export const patched = (
  path: string,
  value: string,
  op: Op = 'replace',
): { patchOperations: PatchOperation[] } => ({ patchOperations: [{ op, path, value }] });

/** A permission is changed by taking it away and giving it anew. */
export const REPLACED_PERMISSION = ['lambda:AddPermission', 'lambda:RemovePermission'];

/** One test for each row. */
export function describeDrift(what: string, rows: readonly Row[]): void {
  let aws: TestAws;
  let lab: Standing;
  beforeAll(async () => {
    aws = await startTestAws();
    lab = await standLab(aws, 'default');
  });
  afterAll(() => aws.stop());

  describe(what, () => {
    test.each(rows.map(([name], index) => [name, index] as const))(
      'is told exactly that, and put right by no other calls: %s',
      async (_name, index) => {
        const [, change, faults, writes] = rows[index] ?? ['', () => Promise.resolve(), [], []];
        await change(lab);

        const found = faultsIn(await lab.status(), lab);
        const before = lab.writes().length;
        const report = await lab.up();
        const made = lab.writes().slice(before);
        const second = await lab.up();

        const again = lab.writes().slice(before + made.length);
        expect({ found, made: made.sort(), again, second: outcomes(second) }).toEqual({
          found: faults,
          made: [...writes].sort(),
          again: [],
          second: allSteps('unchanged'),
        });
        lab = standing(lab, report);
      },
    );
  });
}
