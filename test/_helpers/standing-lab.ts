import type { StepReport } from '../../src/engine/events.js';
import type { UpReport } from '../../src/engine/up.js';
import type { StepId, Things } from '../../src/tutorial/step.js';
import { differenceText } from '../../src/cli/render/lines.js';
import { openLab, type TestLab } from './lab.js';

/** A lab that is up, with the ids that a change behind its back needs. */
export interface Standing extends TestLab {
  readonly restApiId: string;
  readonly method: { restApiId: string; resourceId: string; httpMethod: string };
  readonly apiKey: string;
  readonly usagePlanId: string;
  readonly FunctionName: string;
  readonly RoleName: string;
  readonly TableName: string;
}

/** The lab with the ids that `report` tells. @throws Error when it did not come up */
export function standing(lab: TestLab, report: UpReport): Standing {
  if (report.kind !== 'up') throw new Error(`the lab did not come up: ${JSON.stringify(report)}`);
  const thing = <Id extends StepId>(id: Id): Things[Id] => report.things.get(id) as Things[Id];
  const restApiId = thing('api').id;
  return {
    ...lab,
    restApiId,
    method: { restApiId, resourceId: thing('resource').id, httpMethod: 'POST' },
    apiKey: thing('key').id,
    usagePlanId: thing('usage-plan').id,
    FunctionName: lab.lab.function.name,
    RoleName: lab.lab.role.name,
    TableName: lab.lab.table.name,
  };
}

/** A lab of this name, brought up. */
export async function standLab(aws: Parameters<typeof openLab>[0], name: string): Promise<Standing> {
  const lab = await openLab(aws, name);
  return standing(lab, await lab.up());
}

/** What `status` says is not in order, as it says it; ids that AWS makes up are replaced. */
export function faultsIn(report: { readonly steps: readonly StepReport[] }, lab: Standing): string[] {
  return report.steps
    .flatMap(({ id, outcome, differences }) => [
      ...(outcome === 'missing' || outcome === 'by-hand' ? [`${id} ${outcome}`] : []),
      ...differences.map((each) => `${id} ${differenceText(each)}`),
    ])
    .map((text) => text.replaceAll(lab.restApiId, 'API'));
}
